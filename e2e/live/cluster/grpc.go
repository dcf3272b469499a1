package cluster

import (
	"context"
	"net/http"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
)

// Headers of an answer by gRPC: the image and the name of the pod.
const (
	ImageHeader = "x-image"
	PodHeader   = "x-pod"
)

// speaks lets a pod answer gRPC at the port where it answers HTTP. The one method that it
// has is that of health checks, which says who answered in its headers.
func speaks(p *pod) http.Handler {
	s := grpc.NewServer()
	grpc_health_v1.RegisterHealthServer(s, &health{pod: p})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor == 2 && strings.HasPrefix(r.Header.Get("Content-Type"), "application/grpc") {
			s.ServeHTTP(w, r)
			return
		}
		p.ServeHTTP(w, r)
	})
}

type health struct {
	grpc_health_v1.UnimplementedHealthServer
	pod *pod
}

// Check answers as ServeHTTP does.
func (h *health) Check(ctx context.Context, _ *grpc_health_v1.HealthCheckRequest) (*grpc_health_v1.HealthCheckResponse, error) {
	time.Sleep(h.pod.Work)
	err := grpc.SetHeader(ctx, metadata.Pairs(ImageHeader, h.pod.Spec.Containers[0].Image, PodHeader, h.pod.Metadata.Name))
	return &grpc_health_v1.HealthCheckResponse{Status: grpc_health_v1.HealthCheckResponse_SERVING}, err
}
