// Package analysis examines the programs' logs after the fact: what recognition
// cost, what changed and when, which errors occurred, and what to do about it.
//
//	collector := analysis.NewCollector(analysis.Options{})
//	for reading, err := range logrecord.Files(paths...)(ctx) {
//		collector.Add(reading, err)
//	}
//	report := collector.Report()
//	report.WriteText(os.Stdout)
//
// All figures are exact: every utterance is kept, in about 400 bytes. The
// statistics cite their sources in package stats.
//
// Package logrecord reads the logs; packages monitor and dashboard watch them
// live.
package analysis
