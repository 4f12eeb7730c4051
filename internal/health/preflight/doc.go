// Package preflight tells whether a machine is ready for the other programs:
// processor, memory, disk, GPU, sound, windows, models, folders, clock.
//
// A [Probe] is how the machine is looked at, [Run] looks and judges, and the
// [Report] has one [Check] a line, each with what was found and the command
// that mends it. Nothing is changed, except that a file is made and removed
// again where a folder must be writable. What the other programs know best they
// are asked for, as processes with a time limit each.
package preflight
