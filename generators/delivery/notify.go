package delivery

import (
	"fmt"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
)

// What people are told of: a stage has been reached, a release goes back, a commit does
// not get through.
const (
	reached = "cutover-stage"
	aborted = "cutover-aborted"
	stuck   = "cutover-stuck"
)

// goesBack is the subject of a commit that aborts a release, as promote and abort write
// them: release(shop/checkout): abort 1.5.0 (green) at shift-5.
const goesBack = `release\(.*\): (abort|stop) `

// subscriptions are the annotations of an Application (argo-cd v3.6, notifications).
func subscriptions(channels []Channel) map[string]string {
	all := map[string]string{}
	for _, c := range channels {
		service, to := c.Service, c.To
		if service == "webhook" {
			service, to = "cutover", ""
		}
		for _, trigger := range []string{reached, aborted, stuck} {
			key := "notifications.argoproj.io/subscribe.on-" + trigger + "." + service
			if before := all[key]; before != "" {
				all[key] = before + ";" + to
				continue
			}
			all[key] = to
		}
	}
	return all
}

// argoNotifications is the configuration of Argo CD's notifications, of which there is
// one for an installation: what is there already is to be kept beside it. Secrets stand
// in argocd-notifications-secret, under the words behind $.
func argoNotifications(channels []Channel, home string) kube.Object {
	data := map[string]string{}
	for _, c := range channels {
		switch c.Service {
		case "slack":
			data["service.slack"] = "token: $slack-token\n"
		case "teams":
			data["service.teams"] += fmt.Sprintf("  %s: $teams-%s\n", c.To, c.To)
		case "webhook":
			data["service.webhook.cutover"] = fmt.Sprintf("url: %s\nheaders:\n- {name: Content-Type, value: application/json}\n", c.To)
		}
	}
	if recipients, ok := data["service.teams"]; ok {
		data["service.teams"] = "recipientUrls:\n" + recipients
	}
	of := "app.status.operationState"
	for _, t := range []struct{ name, says, when, once string }{
		{reached, "reached", of + " != nil and " + of + ".phase == 'Succeeded'", of + ".syncResult.revision"},
		{aborted, "goes back", of + " != nil and " + of + ".phase == 'Succeeded' and repo.GetCommitMetadata(" + of +
			".syncResult.revision).Message matches '^" + strings.ReplaceAll(goesBack, `\`, `\\`) + "'", of + ".syncResult.revision"},
		{
			stuck, "does not get through", of + " != nil and " + of + ".phase in ['Error', 'Failed'] or app.status.health.status == 'Degraded'",
			"app.status.sync.revision",
		},
	} {
		data["template."+t.name] = template(t.says)
		data["trigger.on-"+t.name] = fmt.Sprintf("- when: >-\n    %s\n  oncePer: %s\n  send: [%s]\n", t.when, t.once, t.name)
	}
	return kube.Make(configMap{"v1", "ConfigMap", kube.Meta{Name: "argocd-notifications-cm", Namespace: home}, data})
}

// template is what is told: which Application, and the commit's own words.
func template(says string) string {
	message := "{{.app.metadata.name}} " + says + ": {{(call .repo.GetCommitMetadata .app.status.sync.revision).Message}}"
	return "message: |\n  " + message + "\nwebhook:\n  cutover:\n    method: POST\n    body: |\n" +
		"      {\"text\": {{toJson (printf \"%s " + says +
		": %s\" .app.metadata.name (call .repo.GetCommitMetadata .app.status.sync.revision).Message)}}}\n"
}

// fluxNotifications are a Provider for each channel, and Alerts: of Kustomizations, what
// has been applied and what has not; of the repository, commits that abort.
func fluxNotifications(channels []Channel, targets []Target, home string) []kube.Object {
	var all []kube.Object
	for i, c := range channels {
		at := fmt.Sprintf("cutover-%s-%d", c.Service, i+1)
		p := provider{APIVersion: notification, Kind: "Provider", Metadata: kube.Meta{Name: at, Namespace: home}}
		p.Spec.Type = fluxTypes[c.Service]
		switch c.Service {
		case "webhook":
			p.Spec.Address = c.To
		case "slack":
			p.Spec.Channel, p.Spec.Address, p.Spec.SecretRef = strings.TrimPrefix(c.To, "#"), "https://slack.com/api/chat.postMessage", &name{at}
		case "teams":
			p.Spec.SecretRef = &name{at} // with the address
		}
		all = append(all, kube.Make(p))
		var from []eventSource
		for _, t := range targets {
			from = append(from, eventSource{"Kustomization", t.Name})
		}
		repository := []eventSource{{"GitRepository", sourceName}}
		all = append(all,
			alert(at+"-stages", home, at, alertSpec{EventSeverity: "info", EventSources: from}),
			alert(at+"-aborted", home, at, alertSpec{EventSeverity: "info", EventSources: repository, InclusionList: []string{goesBack}}))
	}
	return all
}

const notification = "notification.toolkit.fluxcd.io/v1beta3"

func alert(at, home, provider string, spec alertSpec) kube.Object {
	spec.ProviderRef.Name = provider
	return kube.Make(alertObject{notification, "Alert", kube.Meta{Name: at, Namespace: home}, spec})
}

type configMap struct {
	APIVersion string            `yaml:"apiVersion"`
	Kind       string            `yaml:"kind"`
	Metadata   kube.Meta         `yaml:"metadata"`
	Data       map[string]string `yaml:"data"`
}

type provider struct {
	APIVersion string    `yaml:"apiVersion"`
	Kind       string    `yaml:"kind"`
	Metadata   kube.Meta `yaml:"metadata"`
	Spec       struct {
		Type      string `yaml:"type"`
		Channel   string `yaml:"channel,omitempty"`
		Address   string `yaml:"address,omitempty"`
		SecretRef *name  `yaml:"secretRef,omitempty"`
	} `yaml:"spec"`
}

type alertObject struct {
	APIVersion string    `yaml:"apiVersion"`
	Kind       string    `yaml:"kind"`
	Metadata   kube.Meta `yaml:"metadata"`
	Spec       alertSpec `yaml:"spec"`
}

type alertSpec struct {
	ProviderRef   name          `yaml:"providerRef"`
	EventSeverity string        `yaml:"eventSeverity"`
	EventSources  []eventSource `yaml:"eventSources"`
	InclusionList []string      `yaml:"inclusionList,omitempty"`
}

type eventSource struct {
	Kind string `yaml:"kind"`
	Name string `yaml:"name"`
}
