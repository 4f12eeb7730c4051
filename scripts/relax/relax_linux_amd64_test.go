//go:build unix

package main

import (
	"bytes"
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// library returns a shared library made from code and linked against a stand-in for a
// newer glibc, with this soname, these versions and this code.
func library(t *testing.T, code, soname, versions, stand string) string {
	t.Helper()
	folder := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	gcc := func(args ...string) {
		t.Helper()
		if out, err := exec.Command("gcc", append([]string{"-shared", "-fPIC"}, args...)...).CombinedOutput(); err != nil {
			t.Fatalf("gcc: %v\n%s", err, out)
		}
	}
	linked := filepath.Join(folder, "libstand.so")
	gcc("-nostdlib", "-Wl,-soname,"+soname, "-Wl,--version-script="+write("versions", versions),
		"-o", linked, write("stand.c", stand))
	user := filepath.Join(folder, "user.so")
	gcc("-nostdlib", "-fno-builtin", "-o", user, write("user.c", code), linked)
	return user
}

func TestRelaxedLibraryLoads(t *testing.T) {
	path := library(t, `
		extern long __isoc23_strtol(const char *, char **, int);
		extern void *malloc(unsigned long);
		long number(const char *s) { return malloc(1) ? __isoc23_strtol(s, 0, 10) : 0; }`,
		"libc.so.6", "GLIBC_2.2.5 { global: malloc; }; GLIBC_2.38 { global: __isoc23_strtol; };",
		"void *malloc(unsigned long n) { return 0; } long __isoc23_strtol(const char *s, char **e, int b) { return 0; }")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	needs, changed, err := relax(data, "2.35")
	if err != nil || !changed || needs != "2.2.5" {
		t.Fatalf("relax: %q, %v, %v", needs, changed, err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := elf.NewFile(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	symbols, err := f.ImportedSymbols()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(symbols, func(s elf.ImportedSymbol) bool { return s.Name == "strtol" && s.Version == "GLIBC_2.2.5" }) {
		t.Errorf("symbols: %v", symbols)
	}
	if again, changed, err := relax(data, "2.35"); again != needs || changed || err != nil {
		t.Errorf("a second time: %q, %v, %v", again, changed, err)
	}
	program := filepath.Join(t.TempDir(), "program")
	source := program + ".c"
	if err := os.WriteFile(source, []byte(`
		extern long number(const char *);
		int main(void) { return number("42"); }`), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("gcc", "-o", program, source, path).CombinedOutput(); err != nil {
		t.Fatalf("gcc: %v\n%s", err, out)
	}
	if code := exitCode(exec.Command(program).Run()); code != 42 {
		t.Errorf("the program returned %d, not 42", code)
	}
}

func exitCode(err error) int {
	if exit, is := err.(*exec.ExitError); is {
		return exit.ExitCode()
	}
	return -1
}

// TestUnknownFunction: a library that needs something new is refused and left alone.
func TestUnknownFunction(t *testing.T) {
	data, err := os.ReadFile(library(t, "extern int old(void), brand_new(void); int call(void) { return old() + brand_new(); }",
		"libc.so.6", "GLIBC_2.2.5 { global: old; }; GLIBC_2.38 { global: brand_new; };",
		"int old(void) { return 0; } int brand_new(void) { return 0; }"))
	if err != nil {
		t.Fatal(err)
	}
	before := bytes.Clone(data)
	_, _, err = relax(data, "2.35")
	if err == nil || !strings.Contains(err.Error(), "brand_new of GLIBC_2.38") {
		t.Errorf("error: %v", err)
	}
	if !bytes.Equal(before, data) {
		t.Error("the file was changed all the same")
	}
	if needs, _, err := relax(data, "2.38"); needs != "2.38" || err != nil {
		t.Errorf("with glibc 2.38: %q, %v", needs, err)
	}
}

// TestNoVersions: a library that needs nothing, such as the stand-in for JACK.
func TestNoVersions(t *testing.T) {
	folder := t.TempDir()
	source, path := filepath.Join(folder, "a.c"), filepath.Join(folder, "a.so")
	if err := os.WriteFile(source, []byte("int call(void) { return 0; }"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("gcc", "-shared", "-nostdlib", "-o", path, source).CombinedOutput(); err != nil {
		t.Fatalf("gcc: %v\n%s", err, out)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if needs, changed, err := relax(data, "2.35"); needs != "0" || changed || err != nil {
		t.Errorf("relax: %q, %v, %v", needs, changed, err)
	}
}

func TestNotELF(t *testing.T) {
	for _, data := range [][]byte{nil, []byte("#!/bin/sh\n"), bytes.Repeat([]byte{0x7f}, 4096)} {
		if _, _, err := relax(data, "2.35"); err == nil {
			t.Errorf("%.10q was accepted", data)
		}
	}
}

func TestNewer(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{{"2.38", "2.35", true}, {"2.4", "2.35", false}, {"2.35", "2.35", false}, {"2.2.5", "2.2", true}, {"ABI_DT_RELR", "2.35", true}} {
		if newer(c.a, c.b) != c.want {
			t.Errorf("newer(%q, %q) = %v", c.a, c.b, !c.want)
		}
	}
}
