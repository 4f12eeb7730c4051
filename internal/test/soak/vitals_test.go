//go:build linux

package soak

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"sync"
	"time"

	"voiceflow/internal/test/proc"
)

// point is a value at a time, in seconds since the beginning of the soak.
type point struct{ at, value float64 }

// vitals are what the programs that run all the time use.
type vitals struct {
	mu     sync.Mutex
	began  time.Time
	series map[string][]point // by program and unit
}

func newVitals() *vitals { return &vitals{began: time.Now(), series: map[string][]point{}} }

// limits are how much a program may grow during a soak; the garbage collector and the
// recogniser take and return megabytes.
var limits = map[string]float64{"MB": 8, "descriptors": 4, "threads": 4}

// watch measures processes until ctx ends; pids returns them by name.
func (v *vitals) watch(ctx context.Context, pids func() map[string]int) {
	for tick := time.NewTicker(250 * time.Millisecond); ; {
		select {
		case <-tick.C:
			for name, pid := range pids() {
				v.measure(name, pid)
			}
		case <-ctx.Done():
			tick.Stop()
			return
		}
	}
}

// measure notes what a process uses; one that has just ended uses nothing.
func (v *vitals) measure(name string, pid int) {
	memory, err := proc.Status(pid, "VmRSS") // which is gone once it has ended
	threads, err2 := proc.Status(pid, "Threads")
	descriptors, err3 := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	if errors.Join(err, err2, err3) != nil {
		return
	}
	v.add(name, "MB", float64(memory)/1024)
	v.add(name, "descriptors", float64(len(descriptors)))
	v.add(name, "threads", float64(threads))
}

func (v *vitals) add(name, unit string, value float64) {
	v.mu.Lock()
	defer v.mu.Unlock()
	key := name + " " + unit
	v.series[key] = append(v.series[key], point{time.Since(v.began).Seconds(), value})
}

// drop forgets a process that has been replaced by a new one.
func (v *vitals) drop(name string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for unit := range limits {
		delete(v.series, name+" "+unit)
	}
}

// trend is a straight line through points, by least squares.
type trend struct {
	first, slope float64 // the value at the first point, and its growth per second
	seconds      float64 // between the first and the last
	noise        float64 // standard deviation of the points from the line
}

func fit(points []point) trend {
	n := float64(len(points))
	if n < 3 {
		return trend{}
	}
	var t, y, tt, ty float64
	for _, p := range points {
		t += p.at / n
		y += p.value / n
	}
	for _, p := range points {
		tt += (p.at - t) * (p.at - t)
		ty += (p.at - t) * (p.value - y)
	}
	l := trend{slope: ty / tt, seconds: points[len(points)-1].at - points[0].at}
	l.first = y + l.slope*(points[0].at-t)
	for _, p := range points {
		l.noise += math.Pow(p.value-l.first-l.slope*(p.at-points[0].at), 2) / n
	}
	l.noise = math.Sqrt(l.noise)
	return l
}

// rise is how much the value has grown.
func (l trend) rise() float64 { return l.slope * l.seconds }

// grows reports whether the value has grown by more than a limit, and more than its noise.
func (l trend) grows(limit float64) bool { return l.rise() > max(limit, 3*l.noise) }

// settled leaves out the first quarter, in which the programs fill their caches.
func settled(points []point) []point { return points[len(points)/4:] }

// cpuSeconds is the processor time that a process has used, in seconds.
func cpuSeconds(pid int) float64 {
	p, _ := proc.Read(pid) // it may have ended
	return p.CPU.Seconds()
}
