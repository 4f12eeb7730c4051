// Package metrics sums up what the programs' logs tell of the cost of each
// utterance: a [State] keeps what a monitor shows, a [Series] what a chart over
// hours needs, and [Limits] judge them. Package logrecord reads the logs.
//
//	state := metrics.NewState(metrics.DefaultLimits())
//	for record, err := range logrecord.Follow(folder, time.Now().Add(-time.Hour))(ctx) {
//		if err == nil {
//			state.Add(record)
//		}
//		show(state.Snapshot(time.Now(), nil))
//	}
package metrics
