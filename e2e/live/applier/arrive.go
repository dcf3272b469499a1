package applier

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/cutoverdev/cutover/e2e/live/cluster"
)

// scaled is a Deployment or StatefulSet, as far as it tells whether it has arrived.
type scaled struct {
	Metadata struct {
		Name       string
		Generation int64
	}
	Spec   struct{ Replicas *int }
	Status struct {
		ObservedGeneration                                          int64
		Replicas, UpdatedReplicas, ReadyReplicas, AvailableReplicas int
	}
}

// Arrived waits until every workload of a namespace has the pods that it is to have, every
// autoscaler its floor, no pod is on its way out, every Job has completed, every HTTPRoute has been looked at, and
// every Service has the endpoints that its selector says.
// Routers get some time more: see [cluster.Throttle].
func Arrived(ctx context.Context, c *cluster.Client, namespace string) error {
	ctx, cancel := context.WithTimeoutCause(ctx, 5*time.Minute, errors.New("the state has not arrived within five minutes"))
	defer cancel()
	quiet := 0
	for {
		err := arrived(ctx, c, namespace)
		if err == nil {
			quiet++
		} else {
			quiet = 0
		}
		if quiet == 3 {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", context.Cause(ctx), err)
		case <-time.After(150 * time.Millisecond):
		}
	}
}

func arrived(ctx context.Context, c *cluster.Client, namespace string) error {
	want := 0
	for _, plural := range []string{"deployments", "statefulsets"} {
		var list struct{ Items []scaled }
		if err := c.Get(ctx, "/apis/apps/v1/namespaces/"+namespace+"/"+plural, &list); err != nil {
			return err
		}
		for _, one := range list.Items {
			n, err := one.complete()
			if err != nil {
				return err
			}
			want += n
		}
	}
	var pods struct {
		Items []struct{ Metadata struct{ Name string } }
	}
	if err := c.Get(ctx, "/api/v1/namespaces/"+namespace+"/pods?labelSelector=%21batch.kubernetes.io%2Fjob-name", &pods); err != nil {
		return err
	}
	if len(pods.Items) != want {
		return fmt.Errorf("there are %d pods, and are to be %d", len(pods.Items), want)
	}
	return errors.Join(floors(ctx, c, namespace), worked(ctx, c, namespace), routed(ctx, c, namespace), listed(ctx, c, namespace))
}

// complete is how many pods a workload has, if that is all.
func (s scaled) complete() (int, error) {
	n := 1
	if s.Spec.Replicas != nil {
		n = *s.Spec.Replicas
	}
	is := s.Status
	stale := is.ObservedGeneration < s.Metadata.Generation
	if stale || is.Replicas != n || is.UpdatedReplicas != n || is.ReadyReplicas != n || is.AvailableReplicas != n {
		return 0, fmt.Errorf("%s has %d pods, %d of them new and %d ready, and is to have %d",
			s.Metadata.Name, is.Replicas, is.UpdatedReplicas, is.AvailableReplicas, n)
	}
	return n, nil
}

func floors(ctx context.Context, c *cluster.Client, namespace string) error {
	var list struct {
		Items []struct {
			Metadata struct{ Name string }
			Spec     struct{ MinReplicas int }
			Status   struct{ CurrentReplicas int }
		}
	}
	if err := c.Get(ctx, "/apis/autoscaling/v2/namespaces/"+namespace+"/horizontalpodautoscalers", &list); err != nil {
		return err
	}
	for _, one := range list.Items {
		if one.Status.CurrentReplicas < one.Spec.MinReplicas {
			return fmt.Errorf("autoscaler %s sees %d pods, and its floor is %d", one.Metadata.Name, one.Status.CurrentReplicas, one.Spec.MinReplicas)
		}
	}
	return nil
}

// worked checks that all Jobs have completed.
func worked(ctx context.Context, c *cluster.Client, namespace string) error {
	var list struct {
		Items []struct {
			Metadata struct{ Name string }
			Status   struct{ Succeeded int }
		}
	}
	if err := c.Get(ctx, "/apis/batch/v1/namespaces/"+namespace+"/jobs", &list); err != nil {
		return err
	}
	for _, one := range list.Items {
		if one.Status.Succeeded == 0 {
			return fmt.Errorf("job %s has not completed", one.Metadata.Name)
		}
	}
	return nil
}

func routed(ctx context.Context, c *cluster.Client, namespace string) error {
	var list struct {
		Items []struct {
			Metadata struct {
				Name       string
				Generation int64
			}
			Status struct {
				Parents []struct {
					Conditions []struct {
						Type, Status, Message string
						ObservedGeneration    int64
					}
				}
			}
		}
	}
	if err := c.Get(ctx, "/apis/gateway.networking.k8s.io/v1/namespaces/"+namespace+"/httproutes", &list); err != nil {
		return err
	}
	for _, one := range list.Items {
		seen := false
		for _, parent := range one.Status.Parents {
			for _, is := range parent.Conditions {
				seen = seen || is.Type == "Accepted" && is.Status == "True" && is.ObservedGeneration >= one.Metadata.Generation
			}
		}
		if !seen {
			return fmt.Errorf("HTTPRoute %s is not accepted yet", one.Metadata.Name)
		}
	}
	return nil
}

// listing is what stands in a namespace between a Service and the pods that answer for it.
type listing struct {
	services struct {
		Items []struct {
			Metadata struct{ Name string }
			Spec     struct {
				Selector                 map[string]string
				PublishNotReadyAddresses bool
			}
		}
	}
	pods struct {
		Items []struct {
			Metadata struct{ Labels map[string]string }
			Status   struct {
				Phase, PodIP string
				Conditions   []struct{ Type, Status string }
			}
		}
	}
	slices struct {
		Items []struct {
			Metadata  struct{ Labels map[string]string }
			Endpoints []struct {
				Addresses  []string
				Conditions struct{ Ready *bool }
			}
		}
	}
}

// listed checks that the EndpointSlices of each Service list the ready pods that it selects.
func listed(ctx context.Context, c *cluster.Client, namespace string) error {
	var l listing
	err := errors.Join(
		c.Get(ctx, "/api/v1/namespaces/"+namespace+"/services", &l.services),
		c.Get(ctx, "/api/v1/namespaces/"+namespace+"/pods", &l.pods),
		c.Get(ctx, "/apis/discovery.k8s.io/v1/namespaces/"+namespace+"/endpointslices", &l.slices),
	)
	if err != nil {
		return err
	}
	return l.complete()
}

// complete is no error if each Service lists as ready the pods that are. After an outage of
// the API server the slices of some stay behind the pods for half a minute and longer: their
// controller (v1.37.2) waits until it has read back what it wrote itself.
func (l listing) complete() error {
	for _, s := range l.services.Items {
		want, has := map[string]bool{}, map[string]bool{}
		for _, p := range l.pods.Items {
			ready := s.Spec.PublishNotReadyAddresses
			for _, c := range p.Status.Conditions {
				ready = ready || c.Type == "Ready" && c.Status == "True"
			}
			if p.Status.Phase == "Running" && ready && len(s.Spec.Selector) > 0 && selects(s.Spec.Selector, p.Metadata.Labels) {
				want[p.Status.PodIP] = true
			}
		}
		for _, one := range l.slices.Items {
			for _, e := range one.Endpoints {
				ready := e.Conditions.Ready == nil || *e.Conditions.Ready
				if ready && one.Metadata.Labels["kubernetes.io/service-name"] == s.Metadata.Name {
					has[e.Addresses[0]] = true
				}
			}
		}
		if !maps.Equal(want, has) {
			return fmt.Errorf("service %s lists %d ready pods, and selects %d", s.Metadata.Name, len(has), len(want))
		}
	}
	return nil
}

func selects(selector, labels map[string]string) bool {
	for key, value := range selector {
		if labels[key] != value {
			return false
		}
	}
	return true
}
