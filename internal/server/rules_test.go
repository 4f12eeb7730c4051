package server

import (
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"voiceflow/internal/limits"
)

// TestPrometheusRules: the server shows what the alert rules look at, and their limit is
// that of the monitor.
func TestPrometheusRules(t *testing.T) {
	rules, err := os.ReadFile("../../contrib/prometheus/voiceflow-server.rules.yml")
	if err != nil {
		t.Fatal(err)
	}
	_, url := start(t, testConfig(t, &fake{name: "small"}))
	figures, err := io.ReadAll(get(t, url+"/metrics").Body)
	if err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile(`voiceflow_server_\w+`).FindAllString(string(rules), -1)
	if len(names) != 2 {
		t.Errorf("series %v", names)
	}
	for _, name := range names {
		if !strings.Contains(string(figures), "\n"+name+" 0\n") {
			t.Errorf("%s is not shown", name)
		}
	}
	if want := fmt.Sprintf("voiceflow_server_queue_depth > %d\n", limits.ServerWaiting); !strings.Contains(string(rules), want) {
		t.Errorf("no rule with %q", want)
	}
}
