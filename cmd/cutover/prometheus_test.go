package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// answering speaks the API of Prometheus, and answers as the lines of a file say, which
// is read anew for each question:
//
//	words of the query = 57               a number
//	words of the query = 0.1:5 +Inf:9     buckets
//	words of the query = none             no series
//	words of the query = 500              an error; likewise: slow, nonsense, several
//
// The first line whose words all stand in the query counts.
func answering(file string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		lines, _ := os.ReadFile(file)
		for line := range strings.Lines(string(lines)) {
			words, answer, ok := strings.Cut(strings.TrimSpace(line), " = ")
			if ok && hasAll(r.Form.Get("query"), strings.Fields(words)) {
				answered(w, answer)
				return
			}
		}
		answered(w, "none")
	})
}

func hasAll(text string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

func answered(w http.ResponseWriter, answer string) {
	const vector = `{"status":"success","data":{"resultType":"vector","result":[%s]}}`
	switch answer {
	case "500":
		http.Error(w, "the head chunk is corrupt", http.StatusInternalServerError)
	case "slow":
		time.Sleep(3 * time.Second)
	case "nonsense":
		fmt.Fprint(w, "<html>log in first</html>")
	case "none":
		fmt.Fprintf(w, vector, "")
	case "several":
		fmt.Fprintf(w, vector, `{"metric":{"a":"1"},"value":[1,"9"]},{"metric":{"a":"2"},"value":[1,"9"]}`)
	default:
		var all []string
		for _, word := range strings.Fields(answer) {
			le, value, bucket := strings.Cut(word, ":")
			if !bucket {
				le, value = "", word
			}
			all = append(all, fmt.Sprintf(`{"metric":{"le":%q},"value":[1,%q]}`, le, value))
		}
		fmt.Fprintf(w, vector, strings.Join(all, ","))
	}
}

// scriptPrometheus starts one that answers as a file says.
func scriptPrometheus(ts *testscript.TestScript, _ bool, args []string) {
	s := httptest.NewServer(answering(ts.MkAbs(args[0])))
	ts.Defer(s.Close)
	ts.Setenv("CUTOVER_PROMETHEUS", s.URL)
}
