// Package analysis looks back over the programs' logs: what the work cost, what
// changed and when, which errors came, and what to do about it.
//
//	collector := analysis.NewCollector(analysis.Options{})
//	for reading, err := range logrecord.Files(paths...)(ctx) {
//		collector.Add(reading, err)
//	}
//	report := collector.Report()
//	report.WriteText(os.Stdout)
//
// All figures are exact: every utterance is kept, in some 400 bytes. Sources of
// the statistics are named where they are computed.
//
// What is not here: reading the logs (package metrics), and watching them live.
package analysis
