package dns

// The parts of externaldns.k8s.io/v1alpha1 DNSEndpoint that are written and read.
type (
	spec struct {
		Endpoints []endpoint `yaml:"endpoints"`
	}
	endpoint struct {
		DNSName          string     `yaml:"dnsName"`
		RecordType       string     `yaml:"recordType"`
		RecordTTL        int        `yaml:"recordTTL"`
		SetIdentifier    string     `yaml:"setIdentifier,omitempty"`
		Targets          []string   `yaml:"targets"`
		ProviderSpecific []property `yaml:"providerSpecific,omitempty"`
	}
	property struct {
		Name  string `yaml:"name"`
		Value string `yaml:"value"`
	}
)

const (
	group  = "externaldns.k8s.io"
	weight = "aws/weight" // external-dns v0.23.0, provider/aws
	alias  = "alias"
)

// Beginnings of annotations: that of external-dns since v0.22.0, and that of all before.
// Each reads its own alone, unless --enable-legacy-annotation-prefix is set.
const (
	prefix = "external-dns.kubernetes.io/"
	legacy = "external-dns.alpha.kubernetes.io/"
)

// Keys of annotations without their prefix, and the beginning of those that become
// properties of Route 53 (external-dns v0.23.0, source/annotations).
const (
	hostnameKey = "hostname"
	internalKey = "internal-hostname"
	setKey      = "set-identifier"
	weightKey   = "aws-weight"
	targetKey   = "target"
	ttlKey      = "ttl"
	awsKeys     = "aws-"
)
