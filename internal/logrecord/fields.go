package logrecord

import "github.com/rs/zerolog"

// The fields of a line. FieldTime, FieldLevel and FieldMessage are zerolog's own
// names.
const (
	FieldTime    = "time"
	FieldLevel   = "level"
	FieldMessage = "message"
	FieldProgram = "tool"
	FieldPID     = "pid"
	FieldEvent   = "event"

	FieldVersion  = "version"   // of Started
	FieldExitCode = "exit_code" // of Stopped
	FieldSeconds  = "seconds"   // that a run, a delivery or a gap took

	FieldID                = "id"
	FieldFile              = "file"
	FieldAudioSeconds      = "audio_seconds"
	FieldProcessingSeconds = "processing_seconds"
	FieldSpeedFactor       = "speed_factor"
	FieldReplayed          = "replayed"
	FieldLatencySeconds    = "latency_seconds"
	FieldQueue             = "queue"
	FieldModel             = "model"
	FieldDevice            = "device"
	FieldRetries           = "retries"
	FieldDropped           = "dropped"
	FieldUncovered         = "uncovered"
	FieldRefreshes         = "refreshes"
	FieldDegraded          = "degraded"
	FieldMemoryMB          = "memory_mb"
	FieldGrowthMB          = "growth_mb"
	FieldCPUPercent        = "cpu_percent"

	FieldMethod     = "method"
	FieldCharacters = "characters"

	// Of what happens to a microphone; places are seconds of the recording.
	FieldAt               = "at"
	FieldTimes            = "times"
	FieldRate             = "rate"
	FieldChannels         = "channels"
	FieldLatencyMS        = "latency_ms"
	FieldLeadingSilenceMS = "leading_silence_ms"
)

// Event says what a line is about, in its field FieldEvent.
type Event string

// The events that are measurements. A line without an event is a Problem if its
// level is that of a warning or an error, and no record otherwise.
const (
	Started   Event = "started"   // a program has begun
	Stopped   Event = "stopped"   // a program has ended, with ExitCode
	Utterance Event = "utterance" // an utterance or a file was transcribed
	Failure   Event = "failure"   // an utterance or a file could not be transcribed
	Delivery  Event = "delivery"  // a text was delivered, or kept because no method took it
	Problem   Event = "problem"   // a warning or an error that is not about one item
)

// The kinds of a Problem that are told apart. Their lines have them as the event,
// at the level of a warning or an error. Logs of versions before have problems
// without a kind.
const (
	Overflow       Event = "overflow"        // of vf-record: the audio system lost samples
	Gap            Event = "gap"             // of vf-record: samples were dropped, silence takes their place
	DeviceLost     Event = "device_lost"     // of vf-record: the microphone is gone
	DeviceReturned Event = "device_returned" // of vf-record: it is back
	ConfigMistake  Event = "config_mistake"  // one thing that is wrong with the configuration,
	ConfigFallback Event = "config_fallback" // for which the last one that worked is used
)

// isProblemKind reports whether lines with the event are problems.
func (e Event) isProblemKind() bool {
	switch e {
	case Overflow, Gap, DeviceLost, DeviceReturned, ConfigMistake, ConfigFallback:
		return true
	}
	return false
}

// Events of lines that are not a Record: their messages are for people.
const (
	DeviceStarted Event = "device_started" // of vf-record: the first samples have come
	FirstSound    Event = "first_sound"    // of vf-record: and the first that is not silence

	Remark     Event = "remark"     // what a person should know of an item's sound
	Unreadable Event = "unreadable" // of vf-health: a log that it cannot read
)

// MarshalZerologObject adds the event to a line, with EmbedObject.
func (e Event) MarshalZerologObject(line *zerolog.Event) { line.Str(FieldEvent, string(e)) }
