package cluster

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync"

	"sigs.k8s.io/yaml"
)

// Object is a manifest.
type Object struct {
	APIVersion, Kind, Namespace, Name string
	JSON                              []byte
}

// String is kind and name, as findings say it.
func (o Object) String() string { return o.Kind + "/" + o.Name }

// Key is the identity of an object.
func (o Object) Key() string {
	group, _, several := strings.Cut(o.APIVersion, "/")
	if !several {
		group = ""
	}
	return strings.Join([]string{group, o.Kind, o.Namespace, o.Name}, "|")
}

var divider = regexp.MustCompile(`(?m)^---.*$`)

// Parse reads a stream of manifests. Objects without a namespace get the one given, also
// those of kinds that have none, which is not sent.
func Parse(text []byte, namespace string) ([]Object, error) {
	var all []Object
	for _, doc := range divider.Split(string(text), -1) {
		data, err := yaml.YAMLToJSON([]byte(doc))
		if err != nil {
			return nil, err
		}
		if string(bytes.TrimSpace(data)) == "null" {
			continue
		}
		var head struct {
			APIVersion, Kind string
			Metadata         struct{ Name, Namespace string }
		}
		if err := json.Unmarshal(data, &head); err != nil {
			return nil, err
		}
		if head.Metadata.Namespace == "" {
			head.Metadata.Namespace = namespace
		}
		all = append(all, Object{head.APIVersion, head.Kind, head.Metadata.Namespace, head.Metadata.Name, data})
	}
	return all, nil
}

// kinds is what discovery has said.
type kinds struct {
	sync.Mutex
	of map[string]place // by apiVersion and kind
}

type place struct {
	plural     string
	namespaced bool
}

// path is where an object lives.
func (c *Client) path(ctx context.Context, o Object) (string, error) {
	root := "/apis/" + o.APIVersion
	if !strings.Contains(o.APIVersion, "/") {
		root = "/api/" + o.APIVersion
	}
	at, err := c.place(ctx, root, o)
	if err != nil {
		return "", err
	}
	if at.namespaced {
		root += "/namespaces/" + o.Namespace
	}
	return root + "/" + at.plural + "/" + o.Name, nil
}

func (c *Client) place(ctx context.Context, root string, o Object) (place, error) {
	c.kinds.Lock()
	defer c.kinds.Unlock()
	key := o.APIVersion + " " + o.Kind
	if at, ok := c.kinds.of[key]; ok {
		return at, nil
	}
	var list struct {
		Resources []struct {
			Name, Kind string
			Namespaced bool
		}
	}
	if err := c.Get(ctx, root, &list); err != nil {
		return place{}, fmt.Errorf("ask for kinds of %s: %w", o.APIVersion, err)
	}
	if c.kinds.of == nil {
		c.kinds.of = map[string]place{}
	}
	for _, r := range list.Resources {
		if !strings.Contains(r.Name, "/") {
			c.kinds.of[o.APIVersion+" "+r.Kind] = place{r.Name, r.Namespaced}
		}
	}
	at, ok := c.kinds.of[key]
	if !ok {
		return at, &Refusal{http.StatusNotFound, "no kind " + key}
	}
	return at, nil
}

// Apply applies an object as an agent does with server-side apply; unknown fields are
// refused.
func (c *Client) Apply(ctx context.Context, o Object) error { return c.apply(ctx, o, "") }

// Try asks whether an object would be taken, and changes nothing.
func (c *Client) Try(ctx context.Context, o Object) error { return c.apply(ctx, o, "&dryRun=All") }

func (c *Client) apply(ctx context.Context, o Object, more string) error {
	path, err := c.path(ctx, o)
	if err != nil {
		return err
	}
	path += "?fieldManager=rig&force=true&fieldValidation=Strict" + more
	return c.Do(ctx, http.MethodPatch, path, "application/apply-patch+yaml", o.JSON, nil)
}

// Read is an object as it is in the cluster, without its status.
func (c *Client) Read(ctx context.Context, o Object) (map[string]any, error) {
	path, err := c.path(ctx, o)
	if err != nil {
		return nil, err
	}
	var is map[string]any
	err = c.Get(ctx, path, &is)
	delete(is, "status")
	return is, err
}

// Delete deletes an object as agents prune; that it is gone already is fine, and so is that
// its kind is.
func (c *Client) Delete(ctx context.Context, o Object) error {
	path, err := c.path(ctx, o)
	if err == nil {
		err = c.Do(ctx, http.MethodDelete, path, "application/json", []byte(`{"propagationPolicy":"Background"}`), nil)
	}
	var refused *Refusal
	if errors.As(err, &refused) && refused.Code == http.StatusNotFound {
		return nil
	}
	return err
}
