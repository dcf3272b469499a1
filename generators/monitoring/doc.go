// Package monitoring writes what watches both tracks of a release: rules of Prometheus
// that record their series under names of their own and alert, and a dashboard of Grafana
// that shows them side by side.
//
//	cutover_track:requests:rate5m              requests a second
//	cutover_track:errors:ratio5m               share of failed requests, 0 to 1
//	cutover_track:latency_seconds:quantile5m   quantile of the time of requests
//	cutover_track:metric                       own metrics of spec.analysis, by label metric
//	cutover_track:weight_percent               percent of the requests that a track is to
//	                                           get, with the stage, the role and the image
//
// All have the labels release, namespace and track. The last one is how Prometheus learns
// where a release stands: it is in an object of its own, which changes from stage to stage
// as routes do; everything else stays as it is.
//
// The dashboard is a text with two words in the place of names. The program
// cmd/internal/dashboard makes it with Grafana's own library, which is not linked here.
//
// From the top; files call downward:
//
//	monitoring.go   Make: the objects; Standing: the one of a stage
//	alerts.go       bounds of spec.analysis, silence, standing still → alerts
//	records.go      what a router counts → recorded series
//	rule.go         rules, as Prometheus has them, and texts of PromQL
//	watched.go      Watched: a release and what is known of it
package monitoring
