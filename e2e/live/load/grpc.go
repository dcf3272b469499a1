package load

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/xds"

	"github.com/cutoverdev/cutover/e2e/live/cluster"
)

// bootstrap tells a client of gRPC where istiod is, and who it is itself.
const bootstrap = `{
  "xds_servers": [{"server_uri": %q, "channel_creds": [{"type": "insecure"}], "server_features": ["xds_v3"]}],
  "node": {
    "id": "sidecar~127.0.0.1~client.%[2]s~%[2]s.svc.cluster.local",
    "metadata": {"GENERATOR": "grpc", "NAMESPACE": %[2]q, "CLUSTER_ID": "Kubernetes"}
  }
}`

// mesh sends by gRPC, as a client in the mesh whose routes istiod tells. Without one that
// can be made every request fails, with the reason.
func (l *Load) mesh(ctx context.Context, t Target) func(Target) Answer {
	client, err := dial(ctx, t)
	return func(t Target) Answer {
		a := Answer{Target: t.Name, Sent: time.Now()}
		if err != nil {
			a.Error = err.Error()
			return a
		}
		return check(client, t, a)
	}
}

func dial(ctx context.Context, t Target) (*grpc.ClientConn, error) {
	resolver, err := xds.NewXDSResolverWithConfigForTesting(fmt.Appendf(nil, bootstrap, cluster.Discovery, t.Mesh))
	if err != nil {
		return nil, err
	}
	conn, err := grpc.NewClient("xds:///"+t.Host, grpc.WithResolvers(resolver), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return nil, err
	}
	context.AfterFunc(ctx, func() {
		time.Sleep(10 * time.Second) // answers that are due still come
		_ = conn.Close()
	})
	return conn, nil
}

// check sends one request.
func check(conn *grpc.ClientConn, t Target, a Answer) Answer {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	for name, value := range t.Header {
		ctx = metadata.AppendToOutgoingContext(ctx, name, value)
	}
	var header metadata.MD
	_, err := grpc_health_v1.NewHealthClient(conn).Check(ctx, &grpc_health_v1.HealthCheckRequest{}, grpc.Header(&header))
	a.Took = time.Since(a.Sent)
	if err != nil {
		a.Error = err.Error()
		return a
	}
	a.Status, a.Image, a.Pod = http.StatusOK, first(header, cluster.ImageHeader), first(header, cluster.PodHeader)
	return a
}

func first(header metadata.MD, name string) string {
	if all := header.Get(name); len(all) > 0 {
		return all[0]
	}
	return ""
}
