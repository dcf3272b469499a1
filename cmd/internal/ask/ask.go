// Package ask runs cutover-metrics, the program that speaks to Prometheus, and is what
// both of them say to one another: one JSON document each way. It is a program of its
// own because its libraries take longer to start than cutover does, which starts for
// every kustomize build.
package ask

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Program is the name of the program.
const Program = "cutover-metrics"

// Request are the questions of one call.
type Request struct {
	Address   string        `json:"address"`          // of Prometheus, where a question has none
	Config    string        `json:"config,omitempty"` // file with the credentials for this address, as promtool's --http.config.file
	Timeout   time.Duration `json:"timeout"`          // of one question
	Questions []Question    `json:"questions"`
}

// Question is one query, or what a JSON API is asked.
type Question struct {
	Web     *Web          `json:"web,omitempty"`
	Address string        `json:"address,omitempty"` // that the Release names; it is never sent the credentials of another one
	Query   string        `json:"query,omitempty"`
	At      time.Time     `json:"at"`               // the last number is of this time
	Window  time.Duration `json:"window,omitempty"` // between the numbers; 0: one number
	Windows int           `json:"windows,omitempty"`
}

// Web asks a JSON API. An expression judges what it answers.
type Web struct {
	Method  string        `json:"method"`
	URL     string        `json:"url"`
	Headers []Header      `json:"headers,omitempty"`
	Body    string        `json:"body,omitempty"`
	Ok      string        `json:"ok,omitempty"`
	Timeout time.Duration `json:"timeout"`
}

// Header is one of a question's: a text, or the variable that has it.
type Header struct {
	Name  string `json:"name"`
	Value string `json:"value,omitempty"`
	Env   string `json:"env,omitempty"`
}

// What an expression says.
const (
	Good    = "good"
	Bad     = "bad"
	Unknown = "unknown"
)

// Answer are the series that came, or why none did.
type Answer struct {
	Verdict string   `json:"verdict,omitempty"` // of a JSON API
	Why     string   `json:"why,omitempty"`
	Series  []Series `json:"series,omitempty"`
	Error   string   `json:"error,omitempty"`
}

// Series are the numbers of one set of labels. JSON has no word for what is no number:
// these are text.
type Series struct {
	Le     string   `json:"le,omitempty"`
	Values []string `json:"values"`
}

// Questions sends a request and returns an answer for each question.
func Questions(ctx context.Context, r Request) ([]Answer, error) {
	if len(r.Questions) == 0 {
		return nil, nil
	}
	name, err := find()
	if err != nil {
		return nil, err
	}
	in, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	c := exec.CommandContext(ctx, name)
	c.Stdin = bytes.NewReader(in)
	c.WaitDelay = time.Second
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %s", Program, err, strings.TrimSpace(stderr.String()))
	}
	var answers []Answer
	if err := json.Unmarshal(out, &answers); err != nil {
		return nil, fmt.Errorf("%s: answers nonsense: %w", Program, err)
	}
	if len(answers) != len(r.Questions) {
		return nil, fmt.Errorf("%s: %d answers to %d questions; both programs must be of one version", Program, len(answers), len(r.Questions))
	}
	return answers, nil
}

// find looks for the program beside this one, and then on the path.
func find() (string, error) {
	if self, err := os.Executable(); err == nil {
		if beside := filepath.Join(filepath.Dir(self), Program); executable(beside) {
			return beside, nil
		}
	}
	name, err := exec.LookPath(Program)
	if err != nil {
		return "", errors.New(Program + " is neither beside cutover nor on the path: " +
			"go install github.com/cutoverdev/cutover/cmd/" + Program + "@latest")
	}
	return name, nil
}

func executable(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

// Serve reads a request, has it answered, and writes the answers.
func Serve(r io.Reader, w io.Writer, answer func(Request) ([]Answer, error)) error {
	var request Request
	if err := json.NewDecoder(r).Decode(&request); err != nil {
		return fmt.Errorf("read the questions: %w", err)
	}
	answers, err := answer(request)
	if err != nil {
		return err
	}
	return json.NewEncoder(w).Encode(answers)
}
