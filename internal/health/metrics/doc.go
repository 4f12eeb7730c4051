// Package metrics summarises the cost of utterances from the programs' logs: a
// [State] holds what a monitor shows, a [Series] what a chart over hours needs,
// and [Limits] decide what raises an alert. Package logrecord reads the logs.
//
//	state := metrics.NewState(metrics.DefaultLimits())
//	for record, err := range logrecord.Follow(folder, time.Now().Add(-time.Hour))(ctx) {
//		if err == nil {
//			state.Add(record)
//		}
//		show(state.Snapshot(time.Now(), nil))
//	}
package metrics
