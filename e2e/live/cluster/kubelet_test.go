package cluster

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cutoverdev/cutover/e2e/live/component"
)

// cache is where make live-build puts programs, or nowhere.
func cache() component.Cache {
	dir := os.Getenv("CUTOVER_LIVE")
	if root, err := os.UserCacheDir(); dir == "" && err == nil {
		dir = filepath.Join(root, "cutover-live")
	}
	return component.Cache{Dir: dir}
}

// TestKubelet: a pod is bound and gets an address; it is ready when its program is warm,
// and not before; it answers; it finishes the requests that it has when it is deleted, or
// drops them, as its program does; and it is gone.
func TestKubelet(t *testing.T) {
	if missing := cache().Missing("etcd", "kube-apiserver"); len(missing) > 0 {
		t.Skip("no API server: make live-build")
	}
	if !Inside() {
		if err := Enter(t.Context(), "-test.run=^TestKubelet$"); err != nil {
			t.Fatal(err)
		}
		return
	}
	c, ctx, err := Start(t.Context(), cache(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Stop()
	c.Kubelet.Behave(func(image string) Behaviour {
		return Behaviour{Listens: 200 * time.Millisecond, Warm: time.Second, Work: time.Second, Hard: strings.HasSuffix(image, ":hard")}
	})
	for _, tag := range []string{"soft", "hard"} {
		born := time.Now()
		if err := c.Apply(ctx, podOf(tag)); err != nil {
			t.Fatal(err)
		}
		url := "http://" + ready(t, c, tag) + ":8080/"
		if took := time.Since(born); took < 1200*time.Millisecond {
			t.Errorf("%s: ready after %s, before it was warm", tag, took)
		}
		if got := fetch(ctx, url); got != "example.com/shop:"+tag+" "+tag {
			t.Errorf("%s answers %q", tag, got)
		}
		last := make(chan string)
		go func() { last <- fetch(ctx, url) }()
		time.Sleep(300 * time.Millisecond)
		if err := c.Delete(ctx, podOf(tag)); err != nil {
			t.Fatal(err)
		}
		if got := <-last; strings.HasPrefix(got, "example.com") != (tag == "soft") {
			t.Errorf("%s: what was under way when it was deleted got %q", tag, got)
		}
		err := c.Eventually(time.Minute, "the pod is gone", func(ctx context.Context) error {
			if err := c.Get(ctx, "/api/v1/namespaces/default/pods/"+tag, nil); err == nil {
				return fmt.Errorf("%s is there", tag)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
}

func podOf(tag string) Object {
	text := fmt.Sprintf(`{"apiVersion":"v1","kind":"Pod","metadata":{"name":%q,"namespace":"default"},"spec":{"containers":[{"name":"shop",
		"image":"example.com/shop:%s","ports":[{"name":"http","containerPort":8080}],"readinessProbe":{"httpGet":{"path":"/ready","port":"http"}}}]}}`, tag, tag)
	return Object{APIVersion: "v1", Kind: "Pod", Namespace: "default", Name: tag, JSON: []byte(text)}
}

// ready waits until a pod is ready, and returns its address.
func ready(t *testing.T, c *Cluster, name string) string {
	t.Helper()
	var p struct {
		Status struct {
			PodIP      string
			Conditions []struct{ Type, Status string }
		}
	}
	err := c.Eventually(time.Minute, "the pod is ready", func(ctx context.Context) error {
		if err := c.Get(ctx, "/api/v1/namespaces/default/pods/"+name, &p); err != nil {
			return err
		}
		for _, is := range p.Status.Conditions {
			if is.Type == "Ready" && is.Status == "True" {
				return nil
			}
		}
		return fmt.Errorf("%+v", p.Status)
	})
	if err != nil {
		t.Fatal(err)
	}
	return p.Status.PodIP
}

// fetch is what a request is answered, or why it is not.
func fetch(ctx context.Context, url string) string {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err.Error()
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err.Error()
	}
	defer func() { _ = res.Body.Close() }()
	body := make([]byte, 100)
	n, _ := res.Body.Read(body)
	return string(body[:n])
}
