package capture

/*
#cgo CFLAGS: -D_GNU_SOURCE
#cgo linux LDFLAGS: -ldl
#include <dlfcn.h>
#include <stddef.h>

// These are ALSA's functions, which come with PortAudio if it was built with ALSA. They
// are looked up, so that ALSA is not needed to build this package.

// vf_alsa_update makes ALSA read its configuration. It returns ALSA's error, or 0, also
// without ALSA.
static int vf_alsa_update(void) {
	int (*update)(void) = (int (*)(void))dlsym(RTLD_DEFAULT, "snd_config_update");
	return update ? update() : 0;
}

// vf_alsa_text returns the text of an error; NULL if there is none.
static const char *vf_alsa_text(int error) {
	const char *(*text)(int) = (const char *(*)(int))dlsym(RTLD_DEFAULT, "snd_strerror");
	return text ? text(error) : NULL;
}

// vf_alsa_lacks_devices reports whether the configuration that ALSA has read defines no
// devices.
static int vf_alsa_lacks_devices(void) {
	void **config = (void **)dlsym(RTLD_DEFAULT, "snd_config");
	int (*search)(void *, const char *, void **) =
		(int (*)(void *, const char *, void **))dlsym(RTLD_DEFAULT, "snd_config_search");
	void *devices = NULL;
	return config && search && (*config == NULL || search(*config, "pcm", &devices) < 0);
}

// vf_alsa_folder returns the folder of ALSA's configuration; NULL if ALSA does not say.
static const char *vf_alsa_folder(void) {
	const char *(*folder)(void) = (const char *(*)(void))dlsym(RTLD_DEFAULT, "snd_config_topdir");
	return folder ? folder() : NULL;
}
*/
import "C"

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

const alsaPackages = "libasound2-plugins and libasound2-data (Debian, Ubuntu) or alsa-plugins-pulseaudio (Fedora)"

// checkALSA returns an error if PortAudio cannot start because of ALSA: if there is only a
// stand-in for it, PortAudio does not give the reason, and if no configuration defines a
// device, it aborts the program.
func checkALSA() error {
	if code := C.vf_alsa_update(); code < 0 {
		reason := cmp.Or(C.GoString(C.vf_alsa_text(code)), fmt.Sprintf("error %d", -code))
		return fmt.Errorf("ALSA does not work: %s; install the packages %s, and check ~/.asoundrc if there is one",
			reason, alsaPackages)
	}
	if C.vf_alsa_lacks_devices() == 0 {
		return nil
	}
	for _, name := range []string{"ALSA_CONFIG_PATH", "ALSA_CONFIG_DIR"} {
		if value := os.Getenv(name); value != "" {
			return fmt.Errorf("ALSA finds no devices in its configuration, %s=%s; unset %s", name, value, name)
		}
	}
	file := filepath.Join(cmp.Or(C.GoString(C.vf_alsa_folder()), "/usr/share/alsa"), "alsa.conf")
	if _, err := os.Stat(file); errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("ALSA's configuration %s is missing; install the packages %s", file, alsaPackages)
	}
	return fmt.Errorf("ALSA's configuration %s defines no devices; reinstall the packages %s", file, alsaPackages)
}
