package cluster

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"strconv"
	"time"
)

// probe is a readiness probe. Those that run a command are taken to ask the program.
type probe struct {
	HTTPGet *struct {
		Path string
		Port json.RawMessage
	}
	TCPSocket *struct{ Port json.RawMessage }
}

// passes probes a pod once, as the kubelet would: over the network.
func (r *probe) passes(p *pod) bool {
	switch {
	case r.HTTPGet != nil:
		return get(net.JoinHostPort(p.address, p.port(r.HTTPGet.Port)), r.HTTPGet.Path)
	case r.TCPSocket != nil:
		c, err := net.DialTimeout("tcp", net.JoinHostPort(p.address, p.port(r.TCPSocket.Port)), time.Second)
		if err == nil {
			_ = c.Close()
		}
		return err == nil
	}
	return p.warm.Load()
}

// port is the number of a port that a probe names by number or name.
func (p *pod) port(raw json.RawMessage) string {
	var name string
	if json.Unmarshal(raw, &name) != nil {
		return string(raw)
	}
	for _, c := range p.Spec.Containers {
		for _, one := range c.Ports {
			if one.Name == name {
				return strconv.Itoa(one.ContainerPort)
			}
		}
	}
	return name
}

func get(address, path string) bool {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+path, nil)
	if err != nil {
		return false
	}
	req.Header.Set("User-Agent", "kube-probe/1.37")
	req.Close = true
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	_ = res.Body.Close()
	return res.StatusCode < 400
}
