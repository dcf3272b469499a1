package linkerd

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
)

// render: the routes of the Gateway API, with timeouts and retries in Linkerd's own words.
func render(r route.Route) []kube.Object {
	bare := r
	bare.Timeout, bare.Retries = 0, nil
	objects := dialect.Render(bare)
	for i, o := range objects {
		for _, a := range annotations(r) {
			if !o.Is("", "Service") && o.Kind != "ReferenceGrant" {
				objects[i] = objects[i].With(a[1], "metadata", "annotations", a[0])
			}
		}
	}
	return objects
}

// annotations are timeouts and retries of an entry, in order.
func annotations(r route.Route) [][2]string {
	var all [][2]string
	if v := r.Retries; v != nil {
		key, on := retryHTTP, "5xx"
		if r.Protocol == "grpc" {
			key, on = retryGRPC, "unavailable"
		}
		all = append(all, [2]string{key, cmp.Or(strings.Join(v.On, ","), on)}, [2]string{retryLimit, strconv.Itoa(v.Attempts)})
		if v.PerTry > 0 {
			all = append(all, [2]string{retryTimeout, written(v.PerTry)})
		}
	}
	if r.Timeout > 0 {
		all = append(all, [2]string{requestTimeout, written(r.Timeout)})
	}
	return all
}

func written(d schemas.Duration) string { return duration(time.Duration(d)) }
