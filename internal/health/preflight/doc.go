// Package preflight checks whether a machine is ready for the other programs:
// processor, memory, disk, GPU, sound, windows, models, folders and clock.
//
// A [Probe] inspects the machine, [Run] judges it, and the [Report] has one [Check]
// per line, each with what was found and the command that fixes it. Nothing is
// changed, except that a file is created and removed again in folders that must be
// writable. Where the other programs know best, it runs and queries them, each with
// a time limit.
package preflight
