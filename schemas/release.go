package schemas

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Blue and Green are the two tracks, in order of name.
const (
	Blue  = "blue"
	Green = "green"
)

// TrackNames are the names a track can have, in the order they are written.
var TrackNames = [2]string{Blue, Green}

// Other is the track that t is not.
func Other(track string) string {
	if track == Blue {
		return Green
	}
	return Blue
}

// Plain stands where a track would: for the workload as the manifests have it,
// at the stages that lead from there to the tracks, and back.
const Plain = "plain"

// Adoption are the stages before stable, in order. A Release has them while it
// stands at one of them.
//
//	plain      the manifests as they are, and nothing else
//	beside     the live track runs beside the workload; both answer
//	handover   the live track answers, the workload stands by
var Adoption = [3]string{"plain", "beside", "handover"}

// Release is one workload, its versions and how to move traffic between them.
// It belongs to one environment.
type Release struct {
	APIVersion string   `yaml:"apiVersion" rule:"required" enum:"cutover.dev/v1alpha1" doc:"version of this API"`
	Kind       string   `yaml:"kind" rule:"required" enum:"Release" doc:"Release"`
	Metadata   Metadata `yaml:"metadata" rule:"required" doc:"name and namespace"`
	Spec       Spec     `yaml:"spec" rule:"required" doc:"what runs and how traffic moves"`

	file string
	doc  int        // index of its document in the file
	at   string     // path of this Release in its document: items[1] in a ReleaseSet
	set  string     // the ReleaseSet that it moves together with, "": it moves alone
	node *yaml.Node // where at points to
}

// releaseSet is what a ReleaseSet says, for those who ask. Its Releases are read one by one.
type releaseSet struct {
	APIVersion string    `yaml:"apiVersion" rule:"required" doc:"version of this API"`
	Kind       string    `yaml:"kind" rule:"required" doc:"ReleaseSet"`
	Metadata   Metadata  `yaml:"metadata" doc:"name of the set; required with together"`
	Together   bool      `yaml:"together" doc:"true: the Releases move as one; every start, promote, abort and rollback of one is that of all, in one commit; false or absent: each moves by itself"`
	Items      []Release `yaml:"items" rule:"required" doc:"the Releases"`
}

// Metadata names a Release. Annotations and labels are for other tools.
type Metadata struct {
	Name        string      `yaml:"name" rule:"required,release" doc:"name of the release; the workload's name unless spec.workload.name says otherwise"`
	Namespace   string      `yaml:"namespace" rule:"label" doc:"namespace of the workload; default: the one the workload's manifest names, or none"`
	Labels      []NamedText `yaml:"labels" doc:"not read"`
	Annotations []NamedText `yaml:"annotations" doc:"not read, but for those of kustomize and kpt"`
}

// Spec is what a Release says.
type Spec struct {
	Workload   *Workload   `yaml:"workload" rule:"oneof" doc:"what runs, found among the input manifests"`
	App        *App        `yaml:"app" rule:"oneof" doc:"what runs, described here because there is no manifest for it"`
	Live       string      `yaml:"live" default:"blue" enum:"blue|green" doc:"the track that serves at the start of the release"`
	Tracks     Tracks      `yaml:"tracks" rule:"required" doc:"the version on each track"`
	Next       *Version    `yaml:"next" doc:"the version that start copies to the idle track; the one place bots write; changes no rendered byte"`
	Stage      string      `yaml:"stage" default:"stable" rule:"label" doc:"the stage the release stands at, by name; plan lists them; plain, beside and handover lead from the manifests as they are to stable, and back"`
	Capacity   int         `yaml:"capacity" rule:"positive" doc:"pods one track needs for 100 percent; default: the workload's replicas, or its autoscaler's maximum"`
	Strategy   Strategy    `yaml:"strategy" doc:"how traffic moves; empty: blue/green"`
	Traffic    []Traffic   `yaml:"traffic" doc:"one entry per router that carries requests to the workload"`
	Analysis   *Analysis   `yaml:"analysis" doc:"on which evidence advance lets the release go on, or takes it back; changes no rendered byte"`
	Monitoring *Monitoring `yaml:"monitoring" doc:"rules, alerts and a dashboard of both tracks are rendered; {} is all of it"`
	Windows    []Window    `yaml:"windows" doc:"times at which releases may go on, or may not; abort always may"`
	Jobs       []Job       `yaml:"jobs" doc:"work that is done once in a release, by name: migrations, tests, load"`
	Shares     []string    `yaml:"shares" rule:"label" doc:"databases and the like that other releases use too, by names of your own: jobs of two releases with a phase do not stand beside each other"`
	Paused     *Paused     `yaml:"paused" doc:"promote refuses while this is set; abort never does"`
	Domain     string      `yaml:"clusterDomain" default:"cluster.local" rule:"host" doc:"domain of the cluster's names; said of the tracks where they have namespaces of their own"`
	Arrives    Duration    `yaml:"arrives" default:"3m" doc:"longest time until each agent has applied a commit; stages of tracks in two clusters are held as long"`
	Kubernetes string      `yaml:"kubernetes" default:"1.30" rule:"version" doc:"lowest Kubernetes version that runs this; below 1.30 the preStop sleep is a command in the container"`
}

// Workload says which object of the input runs.
type Workload struct {
	Kind      string `yaml:"kind" default:"Deployment" enum:"Deployment|StatefulSet" doc:"kind of the workload"`
	Name      string `yaml:"name" rule:"short,label" doc:"name of the workload; default: the release's name"`
	Container string `yaml:"container" rule:"label" doc:"container whose image a track sets; default: the only one, or the one named like the workload"`
	Volumes   string `yaml:"volumes" enum:"scratch|perTrack|shared|clone" doc:"what persistent volumes are to the tracks: scratch goes with the pods, perTrack stays with the track, shared is one for both, clone begins as a copy of the live track's and goes with the pods; required where the workload has any"`
	Snapshots string `yaml:"snapshotClass" rule:"host" doc:"clone by way of snapshots of this VolumeSnapshotClass; default: the storage driver copies volumes itself"`
	Secrets   string `yaml:"secrets" default:"reference" enum:"reference|copy" doc:"reference: both tracks read the same Secrets; copy: each has its own, where that is safe"`
	Starts    string `yaml:"starts" default:"ahead" enum:"ahead|withTraffic" doc:"ahead: pods run before they get requests; withTraffic: pods take work as soon as they run, as a queue's workers do"`
}

// App describes a workload in a few lines.
type App struct {
	Port      int         `yaml:"port" rule:"required,short,port" doc:"port the container listens on"`
	Replicas  int         `yaml:"replicas" default:"2" rule:"positive" doc:"pods per track"`
	Service   int         `yaml:"service" rule:"port" doc:"port of the Service; default: the container's port"`
	Command   []string    `yaml:"command" rule:"repeat" doc:"entry point of the container"`
	Args      []string    `yaml:"args" rule:"repeat" doc:"arguments of the entry point"`
	Env       []NamedText `yaml:"env" doc:"environment of the container, by name"`
	Probe     *Probe      `yaml:"probe" doc:"readiness over HTTP; without it a pod counts as ready as soon as it runs"`
	Resources []NamedText `yaml:"resources" doc:"requests of the container: cpu, memory"`
}

// Probe is an HTTP readiness probe.
type Probe struct {
	Path string `yaml:"path" rule:"short,required,path" doc:"path that answers 200 when the pod can serve"`
	Port int    `yaml:"port" rule:"port" doc:"port of the probe; default: the container's port"`
}

// Tracks holds the version on each track. There are exactly these two: they
// are names of places, not of roles.
type Tracks struct {
	Blue  Track `yaml:"blue" doc:"version on blue; {} or absent when idle"`
	Green Track `yaml:"green" doc:"version on green; {} or absent when idle"`
}

// Get is the track of that name.
func (t Tracks) Get(name string) Track {
	if name == Blue {
		return t.Blue
	}
	return t.Green
}

// Version is what a track runs.
type Version struct {
	Image  string       `yaml:"image" rule:"short,image" doc:"image of the container"`
	Images []NamedImage `yaml:"images" doc:"images of further containers, by container name"`
}

// Idle reports whether the version names nothing to run.
func (v Version) Idle() bool { return v.Image == "" && len(v.Images) == 0 }

// Track is one place a version can run.
type Track struct {
	Version   `rule:"inline"`
	Namespace string        `yaml:"namespace" rule:"label" doc:"namespace of this track's objects; default: the workload's, where the apexes stay"`
	Cluster   string        `yaml:"cluster" rule:"label" doc:"cluster that the track runs in, a name of your own: rendered/live has a folder of that name for its agent; for both tracks, or for neither"`
	Snapshot  string        `yaml:"snapshot" enum:"keep" doc:"keep: run what the track ran before, from its snapshot, instead of making it anew from the manifests"`
	Env       []NamedText   `yaml:"env" doc:"environment of the container on this track alone, by name"`
	Args      []string      `yaml:"args" rule:"repeat" doc:"arguments of the container on this track alone, in the place of those it has"`
	Config    []TrackConfig `yaml:"config" doc:"values of ConfigMaps on this track alone: by ConfigMap, then by key"`
}

// TrackConfig sets values of one ConfigMap on one track.
type TrackConfig struct {
	Name string      `rule:"key"`
	Data []NamedText `rule:"short" doc:"values by key"`
}

// NamedImage sets the image of one container.
type NamedImage struct {
	Container string `rule:"key"`
	Image     string `rule:"short,image" doc:"image of that container"`
}

// Strategy says in which steps traffic moves.
type Strategy struct {
	Steps   []Step   `yaml:"steps" doc:"percent to the candidate, rising; 100 is implied; none: blue/green"`
	Preview *Preview `yaml:"preview" doc:"a way to reach the candidate before it gets requests of its own"`
	Prepare Rest     `yaml:"prepare" doc:"the stage that starts the candidate's pods"`
	Full    Rest     `yaml:"full" doc:"the stage at 100 percent"`
	Settle  Rest     `yaml:"settle" doc:"the stage that makes the candidate the main track"`
	Retire  Rest     `yaml:"retire" doc:"the stage that removes the old track's pods"`
	Drain   Duration `yaml:"drain" doc:"least time without traffic before a track's pods go; default: the longest grace period of the workload's pods, at least 30s"`
}

// Rest configures a stage that is not a step.
type Rest struct {
	Hold Duration `yaml:"hold" rule:"short" doc:"least time at this stage before promote leaves it"`
}

// Step is one share of the requests for the candidate.
type Step struct {
	Weight   int      `yaml:"weight" rule:"short,required,percent" doc:"percent of requests to the candidate"`
	Name     string   `yaml:"name" rule:"label" doc:"name of the stage; default: shift-<weight>"`
	Replicas Count    `yaml:"replicas" doc:"the candidate's pods at this step: a number, or percent of capacity rounded up; default: capacity"`
	Hold     Duration `yaml:"hold" doc:"least time at this stage before promote leaves it"`
	Match    []Match  `yaml:"match" doc:"requests that always go to the candidate at this step: any entry, and all conditions within it"`
	Mirror   int      `yaml:"mirror" rule:"percent" doc:"percent of requests copied to the candidate at this step, the answers thrown away"`
}

// Preview is a way to reach the candidate from the stage preview until unpreview.
type Preview struct {
	Hosts  []string `yaml:"hosts" rule:"host" doc:"hosts that lead to the candidate alone"`
	Match  []Match  `yaml:"match" doc:"requests on the usual hosts that go to the candidate: any entry, and all conditions within it"`
	Mirror int      `yaml:"mirror" rule:"percent" doc:"percent of requests copied to the candidate until it gets its first share, the answers thrown away"`
	Hold   Duration `yaml:"hold" doc:"least time at this stage before promote leaves it"`
}

// Match is a condition on a request; all that is given must hold.
type Match struct {
	Headers []NamedString `yaml:"headers" rule:"header" doc:"request headers by name, case-insensitive"`
	Cookies []NamedString `yaml:"cookies" doc:"cookies by name"`
	Query   []NamedString `yaml:"query" doc:"query parameters by name"`
	Method  string        `yaml:"method" enum:"GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE|CONNECT" doc:"HTTP method"`
	Path    *Path         `yaml:"path" doc:"path of the request, within the entry's paths"`
}

// NamedString is a condition on the value of something that has a name.
type NamedString struct {
	Name   string `rule:"key"`
	String `rule:"inline"`
}

// String is a condition on a text.
type String struct {
	Exact  string `yaml:"exact" rule:"short,oneof" doc:"the whole text"`
	Prefix string `yaml:"prefix" rule:"oneof" doc:"how the text begins"`
	Regex  string `yaml:"regex" rule:"oneof,regex" doc:"RE2 expression for the whole text"`
}

// Path is a condition on the path of a request.
type Path struct {
	Prefix string `yaml:"prefix" rule:"short,oneof,path" doc:"leading segments: /a holds for /a and /a/b, not for /ab"`
	Exact  string `yaml:"exact" rule:"oneof,path" doc:"the whole path"`
	Regex  string `yaml:"regex" rule:"oneof,regex" doc:"RE2 expression for the whole path"`
}

// Traffic is one router that carries requests to the workload.
type Traffic struct {
	Provider string    `yaml:"provider" rule:"required,provider" doc:"the router; cutover providers lists them"`
	Name     string    `yaml:"name" rule:"label" doc:"distinguishes several entries of one provider; part of the names of their objects"`
	Protocol string    `yaml:"protocol" default:"http" enum:"http|grpc|tcp|tls|udp" doc:"what the router sees"`
	Hosts    []string  `yaml:"hosts" rule:"host" doc:"host names the router answers to"`
	Port     Port      `yaml:"port" doc:"port of the Service, number or name; default: the Service's only port"`
	Paths    []Path    `yaml:"paths" doc:"paths that lead to the workload; default: all"`
	Affinity *Affinity `yaml:"affinity" doc:"keeps a client that has seen the candidate on the candidate"`
	Timeout  Duration  `yaml:"timeout" rule:"nonzero" doc:"longest time a request may take"`
	Retries  *Retries  `yaml:"retries" doc:"how often a failed request is tried again"`
	Rewrite  *Rewrite  `yaml:"rewrite" doc:"what the workload sees instead of the request's path or host"`
	CORS     *CORS     `yaml:"cors" doc:"cross-origin requests that the router answers for"`
	Headers  *Headers  `yaml:"headers" doc:"headers that the router changes"`
	TLS      *TLS      `yaml:"tls" doc:"certificate that the router serves"`
	Route    *Route    `yaml:"route" doc:"the user's own object, kept as it is but for the backends that name an apex"`
	Options  any       `yaml:"options" rule:"options" doc:"the provider's own options"`
}

// ID is the name of the entry: its own, or the provider's.
func (t Traffic) ID() string {
	if t.Name != "" {
		return t.Name
	}
	return t.Provider
}

// Affinity keeps a client on the candidate by a cookie that names track and version.
type Affinity struct {
	Cookie string   `yaml:"cookie" rule:"short,required,token" doc:"name of the cookie"`
	TTL    Duration `yaml:"ttl" default:"1h" doc:"how long the client keeps the cookie"`
}

// Retries says how often a failed request is tried again.
type Retries struct {
	Attempts int      `yaml:"attempts" rule:"short,required,positive" doc:"tries after the first"`
	PerTry   Duration `yaml:"perTry" rule:"nonzero" doc:"longest time of one try"`
	On       []string `yaml:"on" rule:"token" doc:"when to try again, in the words of the router"`
}

// Rewrite changes what the workload sees.
type Rewrite struct {
	Path string `yaml:"path" rule:"short,path" doc:"takes the place of the matched path prefix"`
	Host string `yaml:"host" rule:"host" doc:"takes the place of the host"`
}

// CORS lists what cross-origin requests may do.
type CORS struct {
	Origins     []string `yaml:"origins" rule:"required" doc:"origins that may ask: scheme://host[:port], or *"`
	Methods     []string `yaml:"methods" rule:"token" doc:"methods that may be used"`
	Headers     []string `yaml:"headers" rule:"token,header" doc:"request headers that may be sent"`
	Expose      []string `yaml:"expose" rule:"token,header" doc:"response headers that may be read"`
	MaxAge      Duration `yaml:"maxAge" doc:"how long a browser may keep the answer"`
	Credentials bool     `yaml:"credentials" doc:"whether cookies may be sent"`
}

// Headers are changes of the router to requests and responses.
type Headers struct {
	Request  *HeaderEdit `yaml:"request" doc:"changes before the workload sees the request"`
	Response *HeaderEdit `yaml:"response" doc:"changes before the client sees the response"`
}

// HeaderEdit changes headers.
type HeaderEdit struct {
	Set    []NamedText `yaml:"set" rule:"header" doc:"headers to set, whatever they were"`
	Add    []NamedText `yaml:"add" rule:"header" doc:"headers to add to those there are"`
	Remove []string    `yaml:"remove" rule:"token,header" doc:"headers to take away"`
}

// TLS is the certificate a router serves.
type TLS struct {
	Secret string `yaml:"secret" rule:"short,required,name" doc:"Secret of type kubernetes.io/tls"`
}

// Route names the user's own routing object.
type Route struct {
	APIVersion string `yaml:"apiVersion" doc:"apiVersion of the object; default: that of the provider's kind; provider custom needs it"`
	Kind       string `yaml:"kind" rule:"required" doc:"kind of the object"`
	Name       string `yaml:"name" rule:"required,name" doc:"name of the object"`
	Namespace  string `yaml:"namespace" rule:"label" doc:"namespace of the object; default: the workload's"`
}

// Paused says why promote refuses.
type Paused struct {
	Reason string `yaml:"reason" rule:"short,required" doc:"why, for those who ask"`
}

// Closed is the Release as it stands once this one is over: the candidate is
// live, the track that was live is idle, and the stage is stable.
func (r *Release) Closed() *Release {
	next := r.Put(r.Spec.Live, Track{})
	next.Spec.Live, next.Spec.Stage = r.Candidate(), "stable"
	return next
}

// Put is the Release with another entry for a track. The place stays where it is.
func (r *Release) Put(track string, entry Track) *Release {
	next := *r
	entry.Namespace = r.Spec.Tracks.Get(track).Namespace
	entry.Cluster = r.Spec.Tracks.Get(track).Cluster
	if track == Blue {
		next.Spec.Tracks.Blue = entry
		return &next
	}
	next.Spec.Tracks.Green = entry
	return &next
}

// Home is the namespace of a track's objects: its own, or the workload's.
func (r *Release) Home(track string) string {
	return cmp.Or(r.Spec.Tracks.Get(track).Namespace, r.Metadata.Namespace)
}

// Away is the first track that stands in another namespace than the workload, "" if both
// stand there.
func (r *Release) Away() string {
	for _, track := range TrackNames {
		if r.Home(track) != r.Metadata.Namespace {
			return track
		}
	}
	return ""
}

// Clusters are the clusters of the tracks, in order of name; none where both run in the
// only one there is.
func (r *Release) Clusters() []string {
	blue, green := r.Spec.Tracks.Blue.Cluster, r.Spec.Tracks.Green.Cluster
	switch {
	case blue == "" || green == "":
		return nil
	case blue < green:
		return []string{blue, green}
	}
	return []string{green, blue}
}

// Candidate is the track that is not live, or "" if no version stands on it.
func (r *Release) Candidate() string {
	other := Other(r.Spec.Live)
	if r.Spec.Tracks.Get(other).Idle() {
		return ""
	}
	return other
}

// Name is the workload's name: the one given, or the release's.
func (r *Release) Name() string {
	if w := r.Spec.Workload; w != nil && w.Name != "" {
		return w.Name
	}
	return r.Metadata.Name
}

// Worker reports whether the workload takes work as soon as it runs.
func (r *Release) Worker() bool {
	return r.Spec.Workload != nil && r.Spec.Workload.Starts == "withTraffic"
}

// Adopting reports whether the release stands at a stage before stable.
func (r *Release) Adopting() bool { return slices.Contains(Adoption[:], r.Spec.Stage) }

// Set is the name of the ReleaseSet whose Releases this one moves together with, "" if it
// moves alone.
func (r *Release) Set() string { return r.set }

// Find makes a finding about a field of the Release: at is its path from
// metadata or spec on. It stands where the field stands, or where the nearest
// thing around it does.
func (r *Release) Find(id, at, message, hint string) Finding {
	n, current := r.node, ""
	for _, key := range steps(at) {
		next := child(n, key)
		if next == nil {
			current = ""
			break
		}
		n, current = next, next.Value
	}
	f := Finding{File: r.file, Object: r.Ref(), Path: join(r.at, at), Current: current, ID: id, Message: message, Hint: hint}
	if n != nil {
		f.Line, f.Col = n.Line, n.Column
	}
	return f
}

// Ref names the Release in findings.
func (r *Release) Ref() Ref {
	return Ref{APIVersion, KindRelease, r.Metadata.Namespace, r.Metadata.Name}
}

// child is the value of a key or index, nil if there is none.
func child(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.SequenceNode {
		return lookup(n, key)
	}
	i, err := strconv.Atoi(key)
	if err != nil || i >= len(n.Content) {
		return nil
	}
	return n.Content[i]
}

// steps splits a field path: spec.traffic[1].hosts is spec, traffic, 1, hosts.
func steps(at string) []string {
	return strings.FieldsFunc(at, func(r rune) bool { return r == '.' || r == '[' || r == ']' })
}
