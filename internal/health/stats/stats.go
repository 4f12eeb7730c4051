// Package stats provides robust statistics for judging logs and checks: a few
// outliers must not decide the result.
package stats

import (
	"cmp"
	"math"
	"slices"
)

// Quantile returns the q-quantile, 0 to 1, of sorted values by definition 1 of
// Hyndman and Fan (1996): the smallest value that at least a share q of the
// values do not exceed. There must be at least one value.
func Quantile(sorted []float64, q float64) float64 {
	// A rank such as 0.95*100 must not be rounded up because of an error of 1e-14.
	rank := int(math.Ceil(q*float64(len(sorted)) - 1e-9))
	return sorted[min(max(rank, 1), len(sorted))-1]
}

// Median returns the median of values in any order: the mean of the middle two if
// their number is even, 0 if there are none.
func Median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}

// Mean returns the mean of values; 0 if there are none.
func Mean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(max(len(values), 1))
}

// TheilSen returns the slope of a line through points: the median of the slopes
// between all pairs (Sen, "Estimates of the regression coefficient based on
// Kendall's tau", Journal of the American Statistical Association 63, 1968). It
// tolerates up to 29 % of outliers. x and y have the same length.
func TheilSen(x, y []float64) float64 {
	var slopes []float64
	for i := range x {
		for j := i + 1; j < len(x); j++ {
			if x[j] != x[i] {
				slopes = append(slopes, (y[j]-y[i])/(x[j]-x[i]))
			}
		}
	}
	return Median(slopes)
}

// MannKendall returns the two-sided p-value of a trend in y, whose values are at
// the increasing times x: the probability that they would rise or fall as much by
// chance (Mann, "Nonparametric tests against trend", Econometrica 13, 1945;
// Kendall, "Rank correlation methods", 1975: normal approximation with continuity
// correction, variance corrected for ties). Neighbouring values are similar even
// without a trend, so that the plain test would find trends in noise; the
// variance is therefore increased as described by Yue and Wang, "The Mann-Kendall
// test modified by effective sample size to detect trend in serially correlated
// hydrological series", Water Resources Management 18, 2004. It needs at least
// ten values.
func MannKendall(x, y []float64) float64 {
	n := float64(len(y))
	s := 0.0
	for i := range y {
		for j := i + 1; j < len(y); j++ {
			s += float64(cmp.Compare(y[j], y[i]))
		}
	}
	variance := n * (n - 1) * (2*n + 5) / 18
	for _, t := range ties(y) {
		variance -= t * (t - 1) * (2*t + 5) / 18
	}
	variance *= autocorrelation(x, y)
	if variance <= 0 || s == 0 {
		return 1
	}
	return twoSided((math.Abs(s) - 1) / math.Sqrt(variance))
}

// autocorrelation returns the factor, 1 or more, by which the variance of the
// Mann-Kendall statistic grows because each value depends on the previous one:
// the sum over all lags of the correlation in a first-order process, each
// weighted by its number of pairs. The correlation at lag 1 is that of the ranks
// of the detrended values, corrected for the bias (2+4r)/n of a short series with
// a trend (van Giersbergen, "On the effect of deterministic terms on the bias in
// stable AR models", Economics Letters 89, 2005).
func autocorrelation(x, y []float64) float64 {
	slope := TheilSen(x, y)
	rest := make([]float64, len(y))
	for i := range y {
		rest[i] = y[i] - slope*(x[i]-x[0])
	}
	r := ranks(rest)
	n := float64(len(r))
	mean, variance, next := (n+1)/2, 0.0, 0.0
	for i, v := range r {
		variance += (v - mean) * (v - mean)
		if i > 0 {
			next += (v - mean) * (r[i-1] - mean)
		}
	}
	if variance == 0 || n <= 4 {
		return 1
	}
	first := min((n*next/variance+2)/(n-4), 0.95)
	factor, power := 1.0, 1.0
	for lag := 1.0; lag < n; lag++ {
		power *= first
		factor += 2 * (1 - lag/n) * power
	}
	return max(1, factor)
}

// RankSum returns the two-sided p-value of a difference between two samples: the
// probability that samples from the same distribution would differ as much (Mann
// and Whitney, "On a test of whether one of two random variables is
// stochastically larger than the other", Annals of Mathematical Statistics 18,
// 1947; normal approximation, corrected for ties). It is 1 if either is empty.
func RankSum(a, b []float64) float64 {
	all := slices.Concat(a, b)
	r := ranks(all)
	u := 0.0
	for _, v := range r[:len(a)] {
		u += v
	}
	n, m := float64(len(a)), float64(len(b))
	u -= n * (n + 1) / 2
	total := n + m
	tied := 0.0
	for _, t := range ties(all) {
		tied += t * (t*t - 1)
	}
	variance := n * m / 12 * (total + 1 - tied/(total*(total-1)))
	if n == 0 || m == 0 || variance <= 0 {
		return 1
	}
	return twoSided(max(0, math.Abs(u-n*m/2)-0.5) / math.Sqrt(variance))
}

// twoSided returns the probability that a standard normal variable is farther
// from 0 than z.
func twoSided(z float64) float64 { return math.Erfc(math.Abs(z) / math.Sqrt2) }

// ranks returns the rank of each value, from 1. Equal values get the mean of
// their ranks.
func ranks(values []float64) []float64 {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(values[a], values[b]) })
	r := make([]float64, len(values))
	for from := 0; from < len(order); {
		to := from
		for to < len(order) && values[order[to]] == values[order[from]] {
			to++
		}
		for _, i := range order[from:to] {
			r[i] = float64(from+to+1) / 2
		}
		from = to
	}
	return r
}

// ties returns the sizes of the groups of equal values.
func ties(values []float64) []float64 {
	counts := map[float64]float64{}
	for _, v := range values {
		counts[v]++
	}
	var sizes []float64
	for _, n := range counts {
		if n > 1 {
			sizes = append(sizes, n)
		}
	}
	return sizes
}
