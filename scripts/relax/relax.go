//go:build unix

package main

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// isoC23 starts the names of functions that differ from the older ones only in that
// they also read binary numbers ("0b101").
const isoC23 = "__isoc23_"

// Functions of libm with a new version since glibc 2.38 or 2.43 that return the same
// values. The old ones also set errno through a hook that nothing uses.
var sameInLibm = []string{
	"acosf", "acoshf", "asinf", "atan2f", "atanhf", "coshf", "fmod", "fmodf", "jnf", "log10f", "sinhf", "sqrtf", "ynf",
}

// optional are functions that the libraries refer to but never call here. libstdc++
// calls arc4random for std::random_device only.
var optional = []string{"arc4random"}

// oldest is the version of glibc's first functions, by processor.
var oldest = map[elf.Machine]string{elf.EM_X86_64: "GLIBC_2.2.5", elf.EM_AARCH64: "GLIBC_2.17"}

// Sizes and offsets of ELF's 64-bit structures.
const (
	symbolSize   = 24
	symbolInfo   = 4  // offset of st_info
	auxName      = 8  // offset of vna_name
	needNextFile = 12 // offset of vn_next
	auxNext      = 12 // offset of vna_next
	hiddenBit    = 0x8000
)

// object is an ELF file and the tables that name what it needs.
type object struct {
	data                        []byte
	symbols, versions, versionR []byte // parts of data
	names                       []byte
	oldest                      string
}

// relax rewrites an ELF file in place so that it needs no glibc newer than max, such as
// "2.35". It returns the version that the file needs then, such as "2.34", and reports
// whether it changed anything.
func relax(data []byte, max string) (needs string, changed bool, err error) {
	o, err := open(data)
	if err != nil {
		return "", false, err
	}
	needs = "0"
	aux := o.needed()
	for _, a := range aux {
		version, is := strings.CutPrefix(o.name(a.name()), "GLIBC_")
		switch {
		case !is:
		case !newer(version, max):
			if newer(version, needs) {
				needs = version
			}
		default:
			if err := o.check(a); err != nil {
				return "", false, err
			}
			changed = true
		}
	}
	if !changed {
		return needs, false, nil
	}
	for _, a := range aux {
		if version, is := strings.CutPrefix(o.name(a.name()), "GLIBC_"); is && newer(version, max) {
			o.rewrite(a)
		}
	}
	return needs, true, nil
}

func open(data []byte) (*object, error) {
	f, err := elf.NewFile(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	o := &object{data: data, oldest: oldest[f.Machine]}
	if f.Class != elf.ELFCLASS64 || f.Data != elf.ELFDATA2LSB || o.oldest == "" {
		return nil, fmt.Errorf("files for %v are not supported", f.Machine)
	}
	for section, part := range map[string]*[]byte{
		".dynsym": &o.symbols, ".gnu.version": &o.versions, ".gnu.version_r": &o.versionR, ".dynstr": &o.names,
	} {
		s := f.Section(section)
		if s == nil && strings.HasPrefix(section, ".gnu.version") {
			continue // needs no versions
		}
		if s == nil {
			return nil, fmt.Errorf("has no section %s", section)
		}
		if s.Offset+s.Size > uint64(len(data)) {
			return nil, fmt.Errorf("section %s reaches beyond the end of the file", section)
		}
		*part = data[s.Offset : s.Offset+s.Size]
	}
	return o, nil
}

// aux is a version that the file needs, from one library (Elf64_Vernaux).
type aux []byte

func (a aux) name() uint32  { return binary.LittleEndian.Uint32(a[auxName:]) }
func (a aux) index() uint16 { return binary.LittleEndian.Uint16(a[6:]) }

// needed returns all versions that the file needs.
func (o *object) needed() (all []aux) {
	if len(o.versionR) == 0 {
		return nil
	}
	for file := o.versionR; ; {
		at := file[binary.LittleEndian.Uint32(file[8:]):]
		for range binary.LittleEndian.Uint16(file[2:]) {
			all = append(all, aux(at[:16]))
			at = at[binary.LittleEndian.Uint32(at[auxNext:]):]
		}
		next := binary.LittleEndian.Uint32(file[needNextFile:])
		if next == 0 {
			return all
		}
		file = file[next:]
	}
}

// using returns the symbols that need a version.
func (o *object) using(a aux) (all [][]byte) {
	for i := range len(o.symbols) / symbolSize {
		if binary.LittleEndian.Uint16(o.versions[2*i:])&^hiddenBit == a.index() {
			all = append(all, o.symbols[i*symbolSize:][:symbolSize])
		}
	}
	return all
}

func (o *object) symbolName(symbol []byte) string { return o.name(binary.LittleEndian.Uint32(symbol)) }

// name returns the text at an offset of the table of names.
func (o *object) name(offset uint32) string {
	text, _, _ := bytes.Cut(o.names[offset:], []byte{0})
	return string(text)
}

// check returns an error unless older releases have everything the file uses of a
// version.
func (o *object) check(a aux) error {
	if o.oldestName() < 0 {
		return errors.New("does not name " + o.oldest)
	}
	for _, symbol := range o.using(a) {
		name := o.symbolName(symbol)
		if !strings.HasPrefix(name, isoC23) && !slices.Contains(sameInLibm, name) && !slices.Contains(optional, name) {
			return fmt.Errorf("needs %s of %s, for which there is no older equivalent", name, o.name(a.name()))
		}
	}
	return nil
}

// oldestName returns the offset of the oldest version's name, or -1.
func (o *object) oldestName() int {
	at := bytes.Index(o.names, []byte("\x00"+o.oldest+"\x00"))
	if at < 0 {
		return -1
	}
	return at + 1
}

// rewrite makes everything that uses a version use the oldest one.
func (o *object) rewrite(a aux) {
	for _, symbol := range o.using(a) {
		switch name := o.symbolName(symbol); {
		case strings.HasPrefix(name, isoC23): // the older name is the end of the newer one
			binary.LittleEndian.PutUint32(symbol, binary.LittleEndian.Uint32(symbol)+uint32(len(isoC23)))
		case slices.Contains(optional, name):
			symbol[symbolInfo] = symbol[symbolInfo]&0xf | byte(elf.STB_WEAK)<<4
		}
	}
	binary.LittleEndian.PutUint32(a[auxName:], uint32(o.oldestName()))
	binary.LittleEndian.PutUint32(a, hash(o.oldest))
}

// hash is the hash function of ELF for version names.
func hash(name string) (h uint32) {
	for _, c := range []byte(name) {
		h = h<<4 + uint32(c)
		g := h & 0xf0000000
		h = (h ^ g>>24) &^ g
	}
	return h
}

// newer reports whether version a, such as 2.38, is newer than b.
func newer(a, b string) bool {
	numbers := func(version string) (all []int) {
		for part := range strings.SplitSeq(version, ".") {
			n, err := strconv.Atoi(part)
			if err != nil {
				n = 1 << 30 // not a number, such as PRIVATE or ABI_DT_RELR: needs that very release
			}
			all = append(all, n)
		}
		return all
	}
	return slices.Compare(numbers(a), numbers(b)) > 0
}
