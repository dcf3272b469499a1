package account

// What stands beside workloads and routes in many repositories.
var addons = []kind{
	{"cert-manager.io", "Certificate", []line{
		{paths: "+", harmless: "makes a Secret, and what names that is judged", when: not(namedBefore)},
		{paths: "-", harmless: "leaves its Secret behind, which is renewed no more (cert-manager v1.19)"},
		{paths: "+ spec.**", left: "the certificate that clients see"},
		{paths: "metadata.labels.*", harmless: "labels of the Certificate, by which nobody selects", when: plain},
	}},
	{"cert-manager.io", "Issuer ClusterIssuer", []line{
		{paths: "+", harmless: "nothing asks it yet", when: not(namedBefore)},
		{paths: "+ - spec.**", left: "who signs the next certificates"},
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

// agents are the orders of those who apply commits.
var agents = []kind{
	{"argoproj.io", "Application ApplicationSet AppProject", []line{{paths: "+ - spec.**", judged: "ground-gone " + listed}}},
	{"argoproj.io", "Rollout Experiment", []line{{paths: "+ - spec.**", left: "runs pods, and moves requests, by itself"}}},
	{"argoproj.io", "AnalysisTemplate ClusterAnalysisTemplate AnalysisRun", []line{{
		paths: "+ - spec.**", left: "when a Rollout goes on or back",
	}}},
	{"argoproj.io", "Workflow WorkflowTemplate CronWorkflow ClusterWorkflowTemplate", []line{{
		paths: "+ - spec.**", left: "does something once, or now and then",
	}}},
	{"kustomize.toolkit.fluxcd.io", "Kustomization", []line{{paths: "+ - spec.**", judged: "ground-gone " + listed}}},
	{"helm.toolkit.fluxcd.io", "HelmRelease", []line{{paths: "+ - spec.**", judged: "ground-gone " + listed}}},
	{"source.toolkit.fluxcd.io", "GitRepository OCIRepository HelmRepository HelmChart Bucket ExternalArtifact ArtifactGenerator", []line{{
		paths: "+ - spec.**", judged: "ground-gone " + listed,
	}}},
	{"image.toolkit.fluxcd.io", "ImageRepository ImagePolicy ImageUpdateAutomation", []line{{
		paths: "+ - spec.**", harmless: "makes commits, which are looked at by themselves",
	}}},
	{"notification.toolkit.fluxcd.io", "Alert Provider Receiver", []line{{paths: "+ - spec.**", harmless: "tells people of what Flux does"}}},
}
