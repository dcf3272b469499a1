package custom

// options describe a kind of object: where it says who gets requests. Paths have dots
// between their keys and [] behind a list. Those of a backend stand below it.
type options struct {
	Fields `rule:"inline"`

	Total int    `yaml:"total" rule:"positive" doc:"what the weights of one list must add up to; default: they are relative, and add up to 100 where they can"`
	Most  int    `yaml:"most" rule:"positive" doc:"highest weight that the kind takes; default: any"`
	Text  bool   `yaml:"text" doc:"weights are text: \"95\""`
	Zero  string `yaml:"zero" default:"keep" enum:"keep|omit" doc:"keep: a track without requests stays in the list with weight 0; omit: it is left out"`
}

// Fields are what must be known to read an object. They stand in its annotation, so
// that who has nothing but manifests reads it as the release does.
type Fields struct {
	Backends  []string   `yaml:"backends" json:"backends" rule:"required" doc:"the lists of backends, each a list of its own: spec.http[].backends[]; + joins places that are one list: spec.to + spec.alternateBackends[]"`
	Service   string     `yaml:"service" json:"service,omitempty" default:"name" doc:"the Service, below a backend"`
	Namespace string     `yaml:"namespace" json:"namespace,omitempty" doc:"the Service's namespace, below a backend; default: that of the object"`
	Port      string     `yaml:"port" json:"port,omitempty" doc:"the Service's port, number or name, below a backend; default: the object says none"`
	Form      string     `yaml:"form" json:"form,omitempty" doc:"how service is written, if it is no bare name: {service}.{namespace}.svc:{port}"`
	Weight    string     `yaml:"weight" json:"weight,omitempty" default:"weight" doc:"the weight, below a backend"`
	Default   *int       `yaml:"default" json:"default,omitempty" doc:"what a weight counts that is left out beside others; default: nobody knows"`
	Upstreams *Upstreams `yaml:"upstreams" json:"upstreams,omitempty" doc:"the kind names its Services in another list, and backends name the items of that"`
	Hosts     []string   `yaml:"hosts" json:"hosts,omitempty" doc:"where the object says its hosts: spec.http[].match.hosts[]; a preview host needs it"`
	Empty     int        `yaml:"empty" json:"empty,omitempty" default:"503" doc:"status for a Service without ready pods"`
	Missing   int        `yaml:"missing" json:"missing,omitempty" default:"503" doc:"status for a Service that is not there"`
}

// Upstreams are a list of the object in which Services have names of their own.
type Upstreams struct {
	List string `yaml:"list" json:"list" rule:"required" doc:"the list: spec.backends[]; service, namespace and port stand below its items"`
	Name string `yaml:"name" json:"name,omitempty" default:"name" doc:"the name of an item, below it"`
	By   string `yaml:"by" json:"by" rule:"required" doc:"where a backend says that name, below it"`
}
