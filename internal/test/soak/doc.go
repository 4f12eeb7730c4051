// Package soak dictates for as long as SOAK says [20s], while things go wrong, and keeps
// a ledger: everything spoken comes out as words, or its loss is reported. Meanwhile it
// watches the memory, descriptors and threads of the programs that run all the time.
//
//	speaker    what is said
//	pipeline   the four programs, and what passes between them
//	chaos      what goes wrong
//	ledger     what became of each dictation
//	server     vf-transcribe --listen, whose process is killed now and then
//	service    voiceflow-dictate serve, whose programs are killed now and then
//	marathon   one pipeline that runs all the time
//	device     a microphone that goes away and comes back (from two minutes on)
//	vitals     what the programs use
//
// What happens follows from SOAK_SEED, which each run prints. SOAK_SESSION=N repeats one
// session of it. SOAK_PROGRAMS is a folder of programs; without it, they are built.
package soak
