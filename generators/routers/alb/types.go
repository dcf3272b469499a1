package alb

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/cutoverdev/cutover/generators/ingress"
)

// The parts of an Ingress, by the names of this package.
type (
	spec        = ingress.Spec
	ruleSpec    = ingress.Rule
	http        = ingress.HTTP
	pathSpec    = ingress.Path
	backend     = ingress.Backend
	serviceSpec = ingress.Service
	port        = ingress.Port
)

// annotated is the port of a backend that is no Service, but the name of an action.
const annotated = "use-annotation"

// The JSON of actions and conditions (v3.5, pkg/ingress/config_types.go). Go's decoder
// does not tell upper from lower case in keys, and neither does the controller's, which is
// the same: documentation begins them small, Argo Rollouts large.
type (
	action struct {
		Type            string          `json:"type"`
		TargetGroupARN  string          `json:"targetGroupARN,omitempty"`
		TargetGroupName string          `json:"targetGroupName,omitempty"`
		Forward         *forward        `json:"forwardConfig,omitempty"`
		Redirect        *redirect       `json:"redirectConfig,omitempty"`
		Respond         json.RawMessage `json:"fixedResponseConfig,omitempty"`
	}
	forward struct {
		Groups []targetGroup `json:"targetGroups"`
		Sticky *stickiness   `json:"targetGroupStickinessConfig,omitempty"`
	}
	targetGroup struct {
		ARN     string   `json:"targetGroupARN,omitempty"`
		Name    string   `json:"targetGroupName,omitempty"`
		Service string   `json:"serviceName,omitempty"`
		Port    portText `json:"servicePort,omitempty"`
		Weight  *int     `json:"weight,omitempty"`
	}
	stickiness struct {
		Enabled bool `json:"enabled"`
		Seconds int  `json:"durationSeconds,omitempty"`
	}
	redirect struct {
		Host     string `json:"host,omitempty"`
		Path     string `json:"path,omitempty"`
		Port     string `json:"port,omitempty"`
		Protocol string `json:"protocol,omitempty"`
		Query    string `json:"query,omitempty"`
		Status   string `json:"statusCode"`
	}
	condition struct {
		Field  string       `json:"field"`
		Host   *values      `json:"hostHeaderConfig,omitempty"`
		Header *header      `json:"httpHeaderConfig,omitempty"`
		Method *values      `json:"httpRequestMethodConfig,omitempty"`
		Path   *values      `json:"pathPatternConfig,omitempty"`
		Query  *queryValues `json:"queryStringConfig,omitempty"`
		Source *values      `json:"sourceIPConfig,omitempty"`
	}
	values struct {
		Values []string `json:"values,omitempty"`
		Regex  []string `json:"regexValues,omitempty"`
	}
	header struct {
		Name string `json:"httpHeaderName"`
		values
	}
	queryValues struct {
		Values []pair `json:"values"`
	}
	pair struct {
		Key   string `json:"key,omitempty"`
		Value string `json:"value"`
	}
)

// portText is a port of a Service, which is written as a number or as text.
type portText string

// UnmarshalJSON takes both.
func (p *portText) UnmarshalJSON(data []byte) error {
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		return err
	}
	switch v := v.(type) {
	case nil:
	case string:
		*p = portText(v)
	case float64:
		*p = portText(strconv.FormatFloat(v, 'f', -1, 64))
	default:
		return fmt.Errorf("servicePort is neither a number nor a name")
	}
	return nil
}

// MarshalJSON writes a number as one.
func (p portText) MarshalJSON() ([]byte, error) {
	if n, err := strconv.Atoi(string(p)); err == nil {
		return json.Marshal(n)
	}
	return json.Marshal(string(p))
}

// text is a value as JSON in one line; what is written here can always be.
func text(v any) string {
	data, _ := json.Marshal(v)
	return string(data)
}

// stickyCookie is the cookie of target group stickiness; what is in it AWS alone can read.
const stickyCookie = "AWSALBTG"

// maxWeight bounds the weight of a target group (Elastic Load Balancing, API 2015-12-01).
const maxWeight = 999

// maxGroups bounds the target groups of an action (quotas of Application Load Balancers).
const maxGroups = 5
