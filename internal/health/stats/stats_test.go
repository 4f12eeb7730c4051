package stats

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestQuantile(t *testing.T) {
	hundred := make([]float64, 100)
	for i := range hundred {
		hundred[i] = float64(i + 1)
	}
	for _, tt := range []struct {
		values []float64
		q      float64
		want   float64
	}{
		{hundred, 0.01, 1}, {hundred, 0.5, 50}, {hundred, 0.95, 95}, {hundred, 0.951, 96}, {hundred, 1, 100}, {hundred, 0, 1},
		{[]float64{7}, 0.99, 7}, {[]float64{1, 2, 3}, 0.5, 2}, {[]float64{1, 2}, 0.5, 1},
	} {
		if got := Quantile(tt.values, tt.q); got != tt.want {
			t.Errorf("quantile %g of %d values: %g, want %g", tt.q, len(tt.values), got, tt.want)
		}
	}
}

func TestMedian(t *testing.T) {
	for want, values := range map[float64][]float64{0: nil, 2: {3, 1, 2}, 2.5: {4, 1, 3, 2}, 5: {5}} {
		if got := Median(values); got != want {
			t.Errorf("median of %v: %g, want %g", values, got, want)
		}
	}
}

func TestTheilSen(t *testing.T) {
	var x, y []float64
	for i := range 40 {
		x, y = append(x, float64(i)), append(y, 3+0.5*float64(i))
	}
	for i := range 8 { // a fifth of the values are outliers
		y[5*i] = 1000
	}
	if got := TheilSen(x, y); math.Abs(got-0.5) > 0.05 {
		t.Errorf("slope %g, want 0.5", got)
	}
}

// Calculated by hand: in 1, 3, 2, 4 five pairs rise and one falls, so S is 4, the
// variance 4*3*13/18 = 8.667, z = 3/2.944 = 1.019 and p = 0.308.
func TestMannKendallByHand(t *testing.T) {
	if p := MannKendall([]float64{0, 1, 2, 3}, []float64{1, 3, 2, 4}); math.Abs(p-0.308) > 0.001 {
		t.Errorf("p = %.4f", p)
	}
	if p := MannKendall([]float64{0, 1, 2, 3}, []float64{5, 5, 5, 5}); p != 1 {
		t.Errorf("p = %g for equal values, want 1", p)
	}
}

// In noise, correlated or not, trends are found about as rarely as the
// significance level says; a real trend is found.
func TestMannKendallOnNoise(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	const series, n = 400, 40
	for _, tt := range []struct {
		name        string
		correlation float64 // of neighbouring values
		slope       float64
		least, most int
	}{
		{"white noise", 0, 0, 0, 40},
		{"correlated noise", 0.5, 0, 0, 60}, // 5 % of 400 are 20; uncorrected it is over 100
		{"a trend", 0, 0.1, 390, 400},
	} {
		found := 0
		for range series {
			var x, y []float64
			v := rng.NormFloat64()
			for i := range n {
				v = tt.correlation*v + math.Sqrt(1-tt.correlation*tt.correlation)*rng.NormFloat64()
				x, y = append(x, float64(i)), append(y, v+tt.slope*float64(i))
			}
			if MannKendall(x, y) < 0.05 {
				found++
			}
		}
		if t.Logf("%s: %d of %d", tt.name, found, series); found < tt.least || found > tt.most {
			t.Errorf("%s: found a trend in %d of %d series, want %d to %d", tt.name, found, series, tt.least, tt.most)
		}
	}
}

// Calculated by hand: for 1, 2, 3 and 4, 5, 6, U is 0, its mean 4.5, its variance
// 5.25, z = 4/2.291 = 1.746 and p = 0.0809.
func TestRankSum(t *testing.T) {
	if p := RankSum([]float64{1, 2, 3}, []float64{4, 5, 6}); math.Abs(p-0.0809) > 0.0005 {
		t.Errorf("p = %.4f", p)
	}
	if p := RankSum([]float64{2, 2}, []float64{2, 2}); p != 1 {
		t.Errorf("p = %g for equal samples, want 1", p)
	}
	if p := RankSum(nil, []float64{2}); p != 1 {
		t.Errorf("p = %g for an empty sample, want 1", p)
	}
}

func TestRanks(t *testing.T) {
	got := ranks([]float64{30, 10, 20, 10})
	for i, want := range []float64{4, 1.5, 3, 1.5} {
		if got[i] != want {
			t.Errorf("ranks %v", got)
		}
	}
}
