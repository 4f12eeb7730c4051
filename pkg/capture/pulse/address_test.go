package pulse

import (
	"strings"
	"testing"
)

func TestAddresses(t *testing.T) {
	for _, tt := range []struct {
		env  map[string]string
		want string
	}{
		{map[string]string{"PULSE_SERVER": "unix:/a/native"}, "unix /a/native"},
		{map[string]string{"PULSE_SERVER": "{id}unix:/a tcp:host:9 tcp:[::1]"}, "unix /a, tcp host:9, tcp [::1]:4713"},
		{map[string]string{"XDG_RUNTIME_DIR": "/r", "PULSE_RUNTIME_PATH": "/p"}, "unix /p/native, unix /r/pulse/native, unix /run/pulse/native"},
		{nil, "unix /run/pulse/native"},
	} {
		var got []string
		for _, a := range Addresses(func(name string) string { return tt.env[name] }, "/") {
			got = append(got, a[0]+" "+a[1])
		}
		if strings.Join(got, ", ") != tt.want {
			t.Errorf("%v: %q, want %q", tt.env, got, tt.want)
		}
	}
}
