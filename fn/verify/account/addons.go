package account

// What stands beside workloads and routes in many repositories.
var addons = []kind{
	{"cert-manager.io", "Certificate", []line{
		{paths: "+", harmless: "makes a Secret, and what names that is judged", when: not(namedBefore)},
		{paths: "-", harmless: "leaves its Secret behind, which is renewed no more (cert-manager v1.19)"},
		{paths: "spec.duration spec.renewBefore spec.renewBeforePercentage", harmless: "when the certificate is made anew, for the same " +
			"names; until then the old one stays"},
		{paths: "spec.revisionHistoryLimit", harmless: "how many requests for certificates are kept"},
		{paths: "spec.dnsNames[]", harmless: "the order of names", when: reordered},
		{paths: "spec.dnsNames[] spec.ipAddresses[]", harmless: "the certificate is for more names; the old one stays until then", when: added},
		{paths: "spec.privateKey.rotationPolicy", harmless: "whether the next certificate has another key"},
		{paths: "spec.secretName", left: "which Secret the certificate is renewed in"},
		{paths: "spec.dnsNames[] spec.ipAddresses[] spec.commonName spec.uris[]", left: "clients of a name that it is no longer for"},
		{paths: "spec.issuerRef.** spec.isCA spec.usages[] spec.privateKey.**", left: "whether clients trust and understand the certificate"},
		{paths: "spec.secretTemplate.** spec.keystores.** spec.additionalOutputFormats[].**", left: "what pods and routers read in its Secret"},
		{paths: "+ spec.**", left: "the certificate that clients see"},
		{paths: "metadata.labels.*", harmless: "labels of the Certificate, by which nobody selects", when: plain},
	}},
	{"cert-manager.io", "Issuer ClusterIssuer", []line{
		{paths: "+", harmless: "nothing asks it yet", when: not(namedBefore)},
		{paths: "spec.acme.email", harmless: "whom the authority writes to"},
		{paths: "+ - spec.**", left: "who signs the next certificates; those that are there stay until they are renewed"},
		{paths: "metadata.labels.*", harmless: "labels of the issuer, by which nobody selects", when: plain},
	}},
	{"cert-manager.io", "CertificateRequest", []line{{paths: "+ - spec.**", left: "the certificate that clients see"}}},
	{"acme.cert-manager.io", "Order Challenge", []line{{paths: "+ - spec.**", left: "the certificate that clients see"}}},
	{"external-secrets.io", "ExternalSecret", []line{
		{paths: "+", harmless: "makes a Secret that nothing reads yet", when: not(namedBefore)},
		{paths: "-", judged: "config-gone tls-gone"},
		{paths: "spec.refreshInterval spec.refreshPolicy", harmless: "how often it looks for news"},
		{paths: "+ spec.**", left: "what pods and routers read in its Secret"},
		{paths: "metadata.labels.*", harmless: "labels of the ExternalSecret, by which nobody selects", when: plain},
	}},
	{"external-secrets.io", "SecretStore ClusterSecretStore ClusterExternalSecret PushSecret", []line{
		{paths: "+", harmless: "nothing asks it yet", when: not(namedBefore)},
		{paths: "+ - spec.**", left: "what pods and routers read in Secrets"},
	}},
	{"bitnami.com", "SealedSecret", []line{
		{paths: "+", harmless: "makes a Secret that nothing reads yet", when: not(namedBefore)},
		{paths: "-", judged: "config-gone tls-gone"},
		{paths: "+ spec.**", left: "what pods and routers read in its Secret"},
		{paths: "metadata.labels.*", harmless: "labels of the SealedSecret, by which nobody selects", when: plain},
	}},
	{"secrets-store.csi.x-k8s.io", "SecretProviderClass", []line{
		{paths: "+", harmless: "no pod has it yet", when: not(namedBefore)},
		{paths: "-", judged: "config-gone", when: needed},
		{paths: "+ - spec.**", left: "what pods find in a volume when they restart"},
	}},
	{"opentelemetry.io", "Instrumentation", []line{{paths: "+ - spec.**", left: "what is put into pods that start anew"}}},
}

// monitoring are kinds that only an operator of monitoring reads, whatever they are
// called (prometheus-operator v0.85). Those that run pods are not among them.
var monitoring = []kind{
	{"monitoring.coreos.com", "ServiceMonitor PodMonitor Probe ScrapeConfig PrometheusRule AlertmanagerConfig", []line{
		{paths: "**", harmless: "what monitoring asks of pods, and whom it tells"},
	}},
}

// patient are the fields by which an agent is told how often and how long to look, not at
// what (argo-cd 3.6; source-controller v1.7, kustomize-controller v1.7, helm-controller v1.4).
var patient = line{
	paths:    "spec.interval spec.retryInterval spec.timeout spec.revisionHistoryLimit spec.maxHistory spec.chart.spec.interval",
	harmless: "how often and how long the agent looks, and what it keeps of that",
}

// agents are the orders of those who apply commits.
var agents = []kind{
	{"argoproj.io", "Application ApplicationSet", []line{patient, {paths: "+ - spec.**", judged: "ground-gone " + listed}}},
	{"argoproj.io", "AppProject", []line{{paths: "+ - spec.**", judged: listed}}},
	{"argoproj.io", "Rollout Experiment", []line{{paths: "+ - spec.**", left: "runs pods, and moves requests, by itself"}}},
	{"argoproj.io", "AnalysisTemplate ClusterAnalysisTemplate AnalysisRun", []line{{
		paths: "+ - spec.**", left: "when a Rollout goes on or back",
	}}},
	{"argoproj.io", "Workflow WorkflowTemplate CronWorkflow ClusterWorkflowTemplate", []line{{
		paths: "+ - spec.**", left: "does something once, or now and then",
	}}},
	{"kustomize.toolkit.fluxcd.io", "Kustomization", []line{patient, {paths: "+ - spec.**", judged: "ground-gone " + listed}}},
	{"helm.toolkit.fluxcd.io", "HelmRelease", []line{patient, {paths: "+ - spec.**", judged: "ground-gone " + listed}}},
	{"source.toolkit.fluxcd.io", "GitRepository OCIRepository HelmRepository HelmChart Bucket ExternalArtifact", []line{
		{paths: "+", harmless: "nothing follows it yet", when: not(namedBefore)},
		{paths: "-", harmless: "nothing follows it, and what was applied from it stays (source-controller v1.7)", when: unnamed},
		patient,
		{paths: "+ - spec.**", judged: listed},
	}},
	{"source.extensions.fluxcd.io", "ArtifactGenerator", []line{{paths: "+ - spec.**", judged: listed}}},
	{"image.toolkit.fluxcd.io", "ImageRepository ImagePolicy ImageUpdateAutomation", []line{{
		paths: "+ - spec.**", harmless: "makes commits, which are looked at by themselves",
	}}},
	{"notification.toolkit.fluxcd.io", "Alert Provider Receiver", []line{{paths: "+ - spec.**", harmless: "tells people of what Flux does"}}},
}

// Who is asked before the API server takes an object (Kubernetes v1.37). None of them
// touches pods that run and routes that stand, but what starts anew must get past them,
// and so must the rest of a commit.
var admission = []kind{
	{admissionGroup, "ValidatingWebhookConfiguration", []line{
		{paths: "+ - webhooks[].**", harmless: unasked, when: aside},
		{paths: "-", harmless: "what it refused is let in"},
		{paths: "webhooks[].failurePolicy", harmless: "what it does not answer is let in from now on", when: becomes("Ignore")},
		{paths: "+ webhooks[].**", left: "which objects, pods among them, the API server takes"},
	}},
	{admissionGroup, "MutatingWebhookConfiguration", []line{
		{paths: "+ - webhooks[].**", harmless: unasked, when: aside},
		{paths: "+ - webhooks[].**", left: "which objects the API server takes, and what it puts into pods that start anew"},
	}},
	{admissionGroup, "ValidatingAdmissionPolicy", []line{
		{paths: "+ - spec.**", harmless: unasked, when: aside},
		{paths: "+", harmless: "no binding makes it hold yet", when: not(namedBefore)},
		{paths: "-", harmless: "what it refused is let in"},
		{paths: "spec.failurePolicy", harmless: "what it cannot tell is let in from now on", when: becomes("Ignore")},
		{paths: "spec.auditAnnotations[].** spec.validations[].message spec.validations[].messageExpression " +
			"spec.validations[].reason", harmless: "what people are told of it"},
		{paths: "+ spec.**", left: "which objects, pods among them, the API server takes"},
	}},
	{admissionGroup, "ValidatingAdmissionPolicyBinding", []line{
		{paths: "-", harmless: "what its policy refused is let in"},
		{paths: "+ spec.**", left: "which objects, pods among them, the API server takes"},
	}},
	{admissionGroup, "MutatingAdmissionPolicy MutatingAdmissionPolicyBinding", []line{
		{paths: "+ - spec.**", left: "which objects the API server takes, and what it puts into pods that start anew"},
	}},
}

const (
	admissionGroup = "admissionregistration.k8s.io"
	unasked        = "is asked about no object that is here, nor about any that Kubernetes itself makes"
)
