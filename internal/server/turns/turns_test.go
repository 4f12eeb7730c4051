package turns

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
)

// TestOrder: interactive work goes first, and clients take turns.
func TestOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := New(1)
		first, err := q.Wait(t.Context(), "x", Batch)
		if err != nil {
			t.Fatal(err)
		}
		var mu sync.Mutex
		var order []string
		join := func(name, client string, class Class) {
			go func() {
				done, err := q.Wait(t.Context(), client, class)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				order = append(order, name)
				mu.Unlock()
				done()
			}()
			synctest.Wait()
		}
		join("a1", "a", Batch)
		join("a2", "a", Batch)
		join("a3", "a", Batch)
		join("b1", "b", Batch)
		join("c1", "c", Interactive)
		if q.Waiting() != 5 {
			t.Errorf("%d are waiting", q.Waiting())
		}
		first()
		synctest.Wait()
		if want := []string{"c1", "a1", "b1", "a2", "a3"}; !slices.Equal(order, want) {
			t.Errorf("order %v, not %v", order, want)
		}
		if q.Waiting() != 0 || q.free != 1 {
			t.Errorf("afterwards: %+v", q)
		}
	})
}

func TestLeave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := New(1)
		done, _ := q.Wait(t.Context(), "a", Batch)
		ctx, leave := context.WithCancel(t.Context())
		left := make(chan error, 1)
		go func() {
			_, err := q.Wait(ctx, "b", Interactive)
			left <- err
		}()
		synctest.Wait()
		leave()
		if err := <-left; !errors.Is(err, context.Canceled) || q.Waiting() != 0 {
			t.Errorf("a client that left: %v, %d waiting", err, q.Waiting())
		}
		done()
		if done, err := q.Wait(t.Context(), "c", Batch); err != nil {
			t.Error(err)
		} else {
			done()
		}
	})
}

// TestManyLeave: turns are neither lost nor doubled while clients leave.
func TestManyLeave(t *testing.T) {
	q := New(3)
	var all sync.WaitGroup
	var mu sync.Mutex
	working, most := 0, 0
	for i := range 300 {
		all.Go(func() {
			ctx, leave := context.WithCancel(t.Context())
			if i%3 == 0 {
				go leave()
			}
			defer leave()
			done, err := q.Wait(ctx, string(rune('a'+i%7)), Class(i%2))
			if err != nil {
				return
			}
			mu.Lock()
			working++
			most = max(most, working)
			mu.Unlock()
			mu.Lock()
			working--
			mu.Unlock()
			done()
		})
	}
	all.Wait()
	if most > 3 || q.free != 3 || q.Waiting() != 0 {
		t.Errorf("%d at once; afterwards %d free, %d waiting", most, q.free, q.Waiting())
	}
}
