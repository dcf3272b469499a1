package alb

import "github.com/cutoverdev/cutover/generators/route"

// metrics: an ALB writes none for Prometheus. Those of CloudWatch (RequestCount,
// HTTPCode_Target_5XX_Count and TargetResponseTime by TargetGroup) come to it by an
// exporter, and the dimension has the name of a target group, whose end is a hash (v3.5,
// buildTargetGroupName).
var metrics = []route.Metrics{{
	Version: "v3.5",
	Source:  "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html",
	Reason: "An ALB counts in CloudWatch alone, by target group: k8s-, the beginnings of namespace and Service, and a hash that no manifest tells, " +
		"so that what the CloudWatch exporter makes of it cannot be asked by Service.",
}}

var traps = []route.Trap{
	{
		Is:   "An action with several target groups is set up as a whole: while one of their Services is not there, at weight 0 too, the controller updates nothing of the Ingress and of its group.",
		Kept: "Both tracks' Services are there at every stage, and an action that names one that is not there is a finding.",
		Case: "alb/missing-service",
	},
	{
		Is:   "A target group without a weight beside another one is refused, and with it every change of the group.",
		Kept: "Every target group has a weight; one that is left out is a finding.",
		Case: "alb/omitted-weight",
	},
	{
		Is:   "Pods get the readiness gate when they are made, and only if a target group of their Service is there: once a selector moves, nobody waits for the new pods to be healthy at the load balancer.",
		Kept: "Each track has a Service of its own, which is named by the Ingress at every stage, with weight 0 too, and whose selector never moves. The namespace needs the label elbv2.k8s.aws/pod-readiness-gate-inject: enabled.",
	},
	{
		Is:   "Group stickiness that is left out of an action stays as it was: the controller compares what an action says alone.",
		Kept: "With affinity, enabled: false is written at all stages that share nothing, so that an abort ends it.",
	},
	{
		Is:   "Sticky clients are kept on the live track too, and get 503 once its target group is empty, whatever the weights are.",
		Kept: "Stickiness is on while both tracks are full, and is switched off a stage before pods go; later weights move new clients only.",
	},
	{
		Is:   "AWS refuses a rule with several target groups one of which keeps clients on a pod (stickiness.enabled=true), unless the action has group stickiness.",
		Kept: "An Ingress or Service under a Release with that attribute is refused; elsewhere it is a finding.",
		Case: "alb/pod-stickiness",
	},
	{
		Is:   "Rules of a group are one list: by group.order, then namespace and name, and the host is a condition like the others, so that a rule without a host takes requests of all that come later.",
		Kept: "They are read in that order, for each port; the Ingress of preview hosts has an order before the other one.",
	},
	{
		Is:   "Without group.name an Ingress has a load balancer of its own, at another address.",
		Kept: "Preview hosts are refused without a group, and an Ingress that changes its group is a finding.",
		Case: "alb/group-moved",
	},
	{
		Is:   "With ssl-redirect on one Ingress, HTTP ports of the whole group send all requests to HTTPS.",
		Kept: "It is read so, for all Ingresses of the group.",
	},
	{
		Is:   "Two paths of a rule, that of the Ingress and one of a condition, are alternatives, and values of headers and queries are compared without regard to case.",
		Kept: "A match with a path is a path of the Ingress by itself; values are read so.",
	},
	{
		Is:   "A kustomization that renames Services does not reach their names in annotations.",
		Kept: "Names of tracks are final in what is written; give prefixes in the base.",
	},
}

var lacks = []string{
	"Transforms (rewrites of URL and host) are kept where your Ingress has them, and no Release asks for them.",
	"Expressions in conditions (regexValues, use-regex-path-match) are read as what may hold or not, and not written.",
	"Cookies are no condition: of a Cookie header with wildcards, a name may be the end of another one.",
	"Target type instance leads to ports of nodes, which the Services of tracks do not have.",
	"The idle timeout is one for the whole load balancer, and there are no retries and no mirror.",
	"Sign-in by OpenID Connect or Cognito, WAF, mutual TLS and JWT stay annotations of your own; changes of them are findings or listed.",
	"Gateways of the controller are those of gatewayAPI; EKS Auto Mode (eks.amazonaws.com/alb) is another controller and not read.",
	"A load balancer takes 100 rules by default, which nobody counts here.",
	"Load balancers of Services (NLB) share nothing between two Services: provider dns does.",
}
