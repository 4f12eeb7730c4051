package logrecord

import "github.com/rs/zerolog"

// Fields of a line. FieldTime, FieldLevel and FieldMessage have zerolog's default
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
	FieldSeconds  = "seconds"   // duration of a run, a delivery or a gap

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

	// Fields of microphone events. Positions are seconds from the start of the
	// recording.
	FieldAt               = "at"
	FieldTimes            = "times"
	FieldRate             = "rate"
	FieldChannels         = "channels"
	FieldLatencyMS        = "latency_ms"
	FieldLeadingSilenceMS = "leading_silence_ms"
)

// Event is the type of a line, in the field FieldEvent.
type Event string

// Events that are read as records. A line without an event is a Problem if it is
// a warning or an error; otherwise it is not a record.
const (
	Started   Event = "started"   // a program started
	Stopped   Event = "stopped"   // a program ended, with ExitCode
	Utterance Event = "utterance" // an utterance or a file was transcribed
	Failure   Event = "failure"   // an utterance or a file could not be transcribed
	Delivery  Event = "delivery"  // a text was delivered, or kept because no method accepted it
	Problem   Event = "problem"   // a warning or an error not about a single item
)

// Kinds of Problem. On a line, the kind is the event and the level is warning or
// error. Logs of older versions have problems without a kind.
const (
	Overflow       Event = "overflow"        // vf-record: the audio system lost samples
	Gap            Event = "gap"             // vf-record: samples were dropped and replaced by silence
	DeviceLost     Event = "device_lost"     // vf-record: the microphone disappeared
	DeviceReturned Event = "device_returned" // vf-record: the microphone is back
	ConfigMistake  Event = "config_mistake"  // one mistake in the configuration
	ConfigFallback Event = "config_fallback" // the last configuration that worked is used instead
	LibraryFailed  Event = "library_failed"  // a C library ended the program
	ServerDied     Event = "server_died"     // vf-transcribe --listen: its process died or cannot serve; another follows
)

// isProblemKind reports whether lines with this event are problems.
func (e Event) isProblemKind() bool {
	switch e {
	case Overflow, Gap, DeviceLost, DeviceReturned, ConfigMistake, ConfigFallback, LibraryFailed, ServerDied:
		return true
	}
	return false
}

// Events that are not read as records. Their messages are for people.
const (
	DeviceStarted Event = "device_started" // vf-record: the first samples arrived
	FirstSound    Event = "first_sound"    // vf-record: the first sample that is not silence arrived

	Remark     Event = "remark"     // a note on an item's sound
	Unreadable Event = "unreadable" // vf-health: a log cannot be read
)

// MarshalZerologObject adds the event to a line. Use it with EmbedObject.
func (e Event) MarshalZerologObject(line *zerolog.Event) { line.Str(FieldEvent, string(e)) }
