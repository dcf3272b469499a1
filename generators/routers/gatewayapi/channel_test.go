package gatewayapi_test

import (
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/cutoverdev/cutover/generators/routers/gatewayapi"
	"github.com/stretchr/testify/require"
)

// TestStandardChannel: no case writes a field of the experimental channel but those that
// ask for the channel.
func TestStandardChannel(t *testing.T) {
	some := false
	for _, c := range golden.Cases(t, "traffic/gatewayAPI") {
		if !strings.Contains(string(c.Section("release.yaml")), "provider: gatewayAPI") {
			continue
		}
		asks := strings.Contains(string(c.Section("release.yaml")), "channel: experimental")
		_, out := c.Generate(t)
		for _, s := range out.Releases[0].Stages {
			for _, o := range s.Routes {
				what, lacks := gatewayapi.LackingInStandard(o)
				if asks {
					some = some || lacks
					continue
				}
				require.False(t, lacks && o.Kind != "TCPRoute", "%s, %s: %s is not in the standard channel", c.Name, s.Name, what)
			}
		}
	}
	require.True(t, some, "no case has a field of the experimental channel")
}
