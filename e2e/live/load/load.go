package load

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/cutoverdev/cutover/e2e/live/cluster"
)

// Target is a request that is sent again and again.
type Target struct {
	Name    string
	URL     string            // through a router; or
	Clients Clients           // who know where the router is; or
	Service string            // namespace/name, by its endpoints, as a client in the cluster
	Port    int               // of the Service
	Mesh    string            // namespace of a client of gRPC in the mesh, which asks Host, with its port
	Host    string            // of a request through a router
	Header  map[string]string // likewise
	Method  string            // none: GET
	Rate    int               // requests per second
}

// Clients know by DNS where to send a request.
type Clients interface{ Lead() (Lead, error) }

// Lead is where one of them sends it.
type Lead struct {
	Name  string // that DNS has said
	URL   string
	Asked int // the number of the question that this is the answer to
}

// Answer is what came of one request.
type Answer struct {
	Target string
	Lead   Lead // none: nobody asked DNS
	Sent   time.Time
	Took   time.Duration
	Status int    // 0: there was no answer
	Image  string // that answered
	Pod    string
	Error  string // why there was no answer, or what else was answered
}

// Failed reports whether the request was dropped: it had no answer, or a server's error, or
// a 404 for what is there.
func (a Answer) Failed() bool { return a.Status != http.StatusOK }

// Unsent reports whether the client ended the call by itself before it sent it: grpc-go
// v1.84 puts a new route in place before its balancer knows the cluster that the route
// names, and what is called in between ends, retries or not (dropError of picker_wrapper.go).
func (a Answer) Unsent() bool { return strings.Contains(a.Error, "unknown cluster selected for RPC") }

func (a Answer) String() string {
	text := fmt.Sprintf("%s %s: %d after %s", a.Sent.Format("15:04:05.000"), a.Target, a.Status, a.Took.Round(time.Millisecond))
	if a.Lead.Name != "" {
		text += " by " + a.Lead.Name
	}
	if a.Error != "" {
		text += " " + a.Error
	}
	return text
}

// Load runs.
type Load struct {
	stop   context.CancelFunc
	wait   sync.WaitGroup
	mu     sync.Mutex
	all    []Answer
	words  map[string]string // each text is kept once
	names  []string          // of targets
	client *http.Client      // keeps its connections, as clients of a router do
	fresh  *http.Client      // opens a connection for each request
}

// Start sends to all targets until it is stopped.
func Start(ctx context.Context, c *cluster.Client, targets []Target) *Load {
	ctx, stop := context.WithCancel(ctx)
	dial := (&net.Dialer{Timeout: 3 * time.Second}).DialContext
	l := &Load{stop: stop, words: map[string]string{}}
	l.client = &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 100, DialContext: dial}}
	l.fresh = &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DisableKeepAlives: true, DialContext: dial}}
	for _, t := range targets {
		l.names = append(l.names, t.Name)
		send := l.router
		switch {
		case t.Clients != nil:
			send = l.led
		case t.Service != "":
			send = named(ctx, c, t).through(l)
		case t.Mesh != "":
			send = l.mesh(ctx, t)
		}
		l.wait.Go(func() { l.drive(ctx, t, send) })
	}
	return l
}

// Targets are their names.
func (l *Load) Targets() []string { return l.names }

// drive sends one target's requests. The clock decides when, not the answers.
func (l *Load) drive(ctx context.Context, t Target, send func(Target) Answer) {
	tick := time.NewTicker(time.Second / time.Duration(t.Rate))
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			l.wait.Go(func() { l.keep(send(t)) })
		}
	}
}

// Stop sends nothing more, and waits for the answers that are due.
func (l *Load) Stop() {
	l.stop()
	l.wait.Wait()
}

func (l *Load) keep(a Answer) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, text := range []*string{&a.Image, &a.Pod, &a.Error} {
		if known, ok := l.words[*text]; ok {
			*text = known
		} else {
			l.words[*text] = *text
		}
	}
	l.all = append(l.all, a)
}

func (l *Load) router(t Target) Answer { return ask(l.client, t, t.URL) }

// led sends to the router that one of the target's clients knows.
func (l *Load) led(t Target) Answer {
	lead, err := t.Clients.Lead()
	if err != nil {
		return Answer{Target: t.Name, Sent: time.Now(), Error: err.Error()}
	}
	a := ask(l.client, t, lead.URL)
	a.Lead = lead
	return a
}

// ask sends one request.
func ask(client *http.Client, t Target, url string) Answer {
	a := Answer{Target: t.Name, Sent: time.Now()}
	req, err := http.NewRequest(t.Method, url, nil)
	if err != nil {
		a.Error = err.Error()
		return a
	}
	req.Host = t.Host
	for name, value := range t.Header {
		req.Header.Set(name, value)
	}
	res, err := client.Do(req)
	if err != nil {
		a.Took, a.Error = time.Since(a.Sent), err.Error()
		return a
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(res.Body, 1000))
	a.Took, a.Status = time.Since(a.Sent), res.StatusCode
	switch {
	case err != nil:
		a.Status, a.Error = 0, err.Error()
	case a.Failed():
		a.Error = strings.TrimSpace(string(body[:min(len(body), 100)]))
		if strings.HasPrefix(a.Error, "example.com/") { // a pod said so
			a.Image, a.Pod, _ = strings.Cut(a.Error, " ")
		}
	default:
		a.Image, a.Pod, _ = strings.Cut(string(body), " ")
	}
	return a
}
