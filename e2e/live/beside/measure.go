package beside

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/cutoverdev/cutover/e2e/live/applier"
	"github.com/cutoverdev/cutover/e2e/live/cluster"
	"github.com/cutoverdev/cutover/e2e/live/load"
)

// phase does what a line of the table says, and counts what was answered meanwhile.
func (s *stand) phase(ctx context.Context, m mover, p phase) error {
	from := time.Now()
	decided, err := p.do(ctx, s, m)
	if err == nil {
		err = s.dwell(ctx)
	}
	to := time.Now()
	out := Phase{Name: p.name, Lasted: to.Sub(from)}
	answers := s.load.Answers("", from, to)
	count := load.Of(answers)
	out.Sent, out.Failed = count.Sent, count.Failed
	if bad := load.Failures(answers); len(bad) > 0 {
		out.First = bad[0].String()
	}
	for _, a := range answers {
		if !decided.IsZero() && a.Image == p.bad && a.Sent.Sub(decided) > out.Bad {
			out.Bad = a.Sent.Sub(decided)
		}
	}
	s.out.Phases = append(s.out.Phases, out)
	s.Log("%s, %s: %d sent, %d failed, the bad version answered for %s %s", s.out.Name, p.name, out.Sent, out.Failed, out.Bad, out.First)
	return err
}

// applyAll applies manifests, NS being the namespace.
func (s *stand) applyAll(ctx context.Context, text string) error {
	objects, err := cluster.Parse([]byte(strings.ReplaceAll(text, "NS", s.namespace)), s.namespace)
	if err != nil {
		return err
	}
	for _, o := range objects {
		if err := applier.Persist(ctx, func() error { return s.Apply(ctx, o) }); err != nil {
			return fmt.Errorf("%s: %w", o, err)
		}
	}
	return nil
}

// serves waits until the application is there.
func (s *stand) serves(ctx context.Context) error {
	if err := applier.Arrived(ctx, s.Client, s.namespace); err != nil {
		return err
	}
	time.Sleep(4 * cluster.Throttle)
	return nil
}

// patch changes fields of an object at a path of the API.
func (s *stand) patch(ctx context.Context, path, body string) error {
	return applier.Persist(ctx, func() error {
		return s.Do(ctx, "PATCH", path, "application/merge-patch+json", []byte(body), nil)
	})
}

// until asks until it is so.
func (s *stand) until(ctx context.Context, what string, is func() (bool, error)) error {
	ctx, cancel := context.WithTimeoutCause(ctx, 90*time.Second, errors.New("not within 90 s: "+what))
	defer cancel()
	for {
		yes, err := is()
		if yes && err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return errors.Join(context.Cause(ctx), err)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// counted are the kinds of objects that a mover may leave in the namespace.
var counted = []string{
	"/api/v1/namespaces/%s/services", "/api/v1/namespaces/%s/configmaps", "/apis/apps/v1/namespaces/%s/deployments",
	"/apis/policy/v1/namespaces/%s/poddisruptionbudgets", "/apis/traefik.io/v1alpha1/namespaces/%s/ingressroutes",
	"/apis/traefik.io/v1alpha1/namespaces/%s/traefikservices", "/apis/argoproj.io/v1alpha1/namespaces/%s/rollouts",
	"/apis/flagger.app/v1beta1/namespaces/%s/canaries",
	"/apis/gateway.networking.k8s.io/v1/namespaces/%s/httproutes",
}

// objects is how many there are; kinds that are not served have none.
func (s *stand) objects(ctx context.Context) int {
	n := 0
	for _, path := range counted {
		var list struct{ Items []struct{} }
		if s.Get(ctx, fmt.Sprintf(path, s.namespace), &list) == nil {
			n += len(list.Items)
		}
	}
	return n
}

// spent is what a process has used of a processor, by /proc.
func spent(pid int) time.Duration {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), ") ")
	fields := strings.Fields(rest)
	const user, system = 11, 12
	if len(fields) <= system {
		return 0
	}
	ticks := 0
	for _, field := range []string{fields[user], fields[system]} {
		n, _ := strconv.Atoi(field)
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond // USER_HZ is 100 wherever Go runs
}
