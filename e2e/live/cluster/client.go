package cluster

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// Client speaks to the API server. It is a few requests over HTTP and no more, so that an
// applier is what it does: one request for each object, in an order of its own.
type Client struct {
	url   string
	token string
	http  *http.Client
	kinds kinds
}

// Refusal is an answer of the API server that is no success.
type Refusal struct {
	Code    int
	Message string
}

func (r *Refusal) Error() string { return fmt.Sprintf("%d %s", r.Code, r.Message) }

func newClient(url, token string) *Client {
	return &Client{url: url, token: token, http: &http.Client{
		Transport: &http.Transport{
			TLSClientConfig:     &tls.Config{InsecureSkipVerify: true}, //nolint:gosec // our own, on loopback
			MaxIdleConnsPerHost: 64,
		},
	}}
}

// patience is the longest that a single request may take.
const patience = 30 * time.Second

// Do sends one request. What it answers is decoded into out, unless that is nil.
func (c *Client) Do(ctx context.Context, method, path, kind string, body []byte, out any) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	res, err := c.send(ctx, method, path, kind, body)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode > 299 {
		var status struct{ Message string }
		if json.Unmarshal(data, &status) != nil || status.Message == "" {
			status.Message = string(data)
		}
		return &Refusal{res.StatusCode, status.Message}
	}
	if raw, ok := out.(*[]byte); ok {
		*raw = data
		return nil
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(data, out)
}

func (c *Client) send(ctx context.Context, method, path, kind string, body []byte) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.url+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	return c.http.Do(req)
}

// Get reads an object or a list.
func (c *Client) Get(ctx context.Context, path string, out any) error {
	return c.Do(ctx, http.MethodGet, path, "", nil, out)
}

// Event is what happens to an object.
type Event[T any] struct {
	Gone   bool
	Object T
}

// Watch tells do of every object at path, and of all that happens to them, until the
// context ends. What happened while the API server was away is made up for.
func Watch[T any](ctx context.Context, c *Client, path string, uid func(T) string, do func(Event[T])) {
	known := map[string]T{}
	for ctx.Err() == nil {
		if err := follow(ctx, c, path, uid, known, do); err != nil {
			select {
			case <-ctx.Done():
			case <-time.After(100 * time.Millisecond):
			}
		}
	}
}

// follow lists once, and follows from there until the connection ends.
func follow[T any](ctx context.Context, c *Client, path string, uid func(T) string, known map[string]T, do func(Event[T])) error {
	var list struct {
		Metadata struct{ ResourceVersion string }
		Items    []T
	}
	if err := c.Get(ctx, path, &list); err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, o := range list.Items {
		seen[uid(o)] = true
		known[uid(o)] = o
		do(Event[T]{Object: o})
	}
	for id, o := range known {
		if !seen[id] {
			delete(known, id)
			do(Event[T]{Gone: true, Object: o})
		}
	}
	res, err := c.send(ctx, http.MethodGet, path+"?watch=1&resourceVersion="+list.Metadata.ResourceVersion, "", nil)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	events := json.NewDecoder(res.Body)
	for {
		var e struct {
			Type   string
			Object json.RawMessage
		}
		if err := events.Decode(&e); err != nil {
			return err
		}
		if e.Type == "ERROR" || e.Type == "BOOKMARK" {
			return fmt.Errorf("watch %s: %s", path, e.Object)
		}
		var o T
		if err := json.Unmarshal(e.Object, &o); err != nil {
			return err
		}
		gone := e.Type == "DELETED"
		if gone {
			delete(known, uid(o))
		} else {
			known[uid(o)] = o
		}
		do(Event[T]{Gone: gone, Object: o})
	}
}
