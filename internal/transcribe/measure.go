package transcribe

import (
	"time"

	"github.com/rs/zerolog"

	"voiceflow/internal/logrecord"
	"voiceflow/pkg/engine"
	"voiceflow/pkg/event"
)

// Cost is what an item's transcript does not say about its cost.
type Cost struct {
	Usage     engine.Usage
	Refreshes int // recognisers replaced so far
	Waiting   int // windows that wait for a recogniser
}

// Measure logs the cost of an item.
func Measure(log zerolog.Logger, it *Item, t *event.Transcript, c Cost) {
	const mb = 1 << 20
	line := log.Info().EmbedObject(logrecord.Utterance).
		Int(logrecord.FieldID, it.ID).Str(logrecord.FieldFile, it.File).
		Float64(logrecord.FieldAudioSeconds, t.Duration).
		Float64(logrecord.FieldProcessingSeconds, t.ProcessingSeconds).
		Float64(logrecord.FieldSpeedFactor, t.SpeedFactor).
		Str(logrecord.FieldModel, t.Model).Str(logrecord.FieldDevice, t.Device).
		Strs(logrecord.FieldDegraded, t.Degraded).Int(logrecord.FieldRetries, t.Retries).
		Int(logrecord.FieldDropped, t.Dropped).Int(logrecord.FieldUncovered, len(t.Uncovered)).
		Int(logrecord.FieldRefreshes, c.Refreshes).Int(logrecord.FieldQueue, c.Waiting).
		Float64(logrecord.FieldMemoryMB, float64(c.Usage.Resident)/mb).
		Float64(logrecord.FieldGrowthMB, float64(c.Usage.Growth)/mb).
		Float64(logrecord.FieldCPUPercent, 100*c.Usage.CPU)
	switch {
	case it.Replayed: // as with files, nobody is waiting
		line.Bool(logrecord.FieldReplayed, true)
	case it.File == "":
		line.Float64(logrecord.FieldLatencySeconds, it.Latency().Seconds())
	}
	line.Msg("transcribed")
}

// Latency returns the time from the end of the speech until now.
func (it *Item) Latency() time.Duration { return it.Delay + time.Since(it.Arrived) }
