package monitoring

import (
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
)

// Watched is a release whose tracks are watched. Its spec.monitoring is not nil.
type Watched struct {
	*schemas.Release
	Namespace string // "" where nobody says it
	Series    route.Metrics
	GRPC      bool                // requests are calls
	Asked     [2]route.Asked      // of whom to ask, in order of track name
	Images    func(string) string // what a track runs
	Matched   []string            // expressions for stages at which live has all requests but those that match
}
