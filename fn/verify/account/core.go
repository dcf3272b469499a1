package account

// Kinds of Kubernetes itself, but for workloads and routes (v1.37).
var core = []kind{
	{"", "Service", []line{
		{paths: "+", judged: "backend-missing backend-empty versions-mixed"},
		{paths: "spec.ports[]", judged: "ports-merged", when: both(reordered, oneNumber)},
		{paths: "spec.ports[]", harmless: "the order of ports", when: reordered},
		{paths: "spec.ports[].appProtocol", left: "the protocol that routers and meshes speak to pods"},
		{paths: "metadata.annotations.*", judged: "policy-lost", when: speaks},
		{paths: "spec.type", judged: "service-kind", absent: "ClusterIP"},
		{paths: "spec.externalTrafficPolicy spec.internalTrafficPolicy", judged: "service-kind", absent: "Cluster"},
		{paths: "spec.allocateLoadBalancerNodePorts", judged: "service-kind", absent: "true"},
		{paths: "spec.clusterIP spec.externalName spec.externalIPs[] spec.ports[].nodePort", judged: "service-kind"},
		{paths: "spec.ipFamilyPolicy", left: "whether it had an address of a second family, which goes", when: turns("PreferDualStack",
			"SingleStack")},
		{paths: "spec.clusterIPs[] spec.ipFamilies[] spec.ipFamilyPolicy", judged: "service-kind field-immutable"},
		{paths: "spec.loadBalancerClass spec.healthCheckNodePort", judged: "field-immutable"},
		{paths: "spec.loadBalancerIP", left: "whether its load balancer keeps its address"},
		{paths: "spec.loadBalancerSourceRanges[]", judged: "service-kind"},
		{
			paths: "spec.publishNotReadyAddresses", left: "how many of its pods are not ready, and get requests", absent: "false",
			when: becomes("true"),
		},
		{paths: "spec.publishNotReadyAddresses", judged: "not-ready-listed", absent: "false"},
		{paths: "spec.sessionAffinity", harmless: "which of its ready pods a client gets, each of which answers", absent: "None"},
		{paths: "spec.sessionAffinityConfig.**", harmless: "for how long a client stays with one of its ready pods, each of which answers"},
		{paths: "spec.trafficDistribution", left: "which of its pods get how much"},
		{paths: "- spec.selector.** spec.ports[].**", left: "leads to pods that are in no manifest", when: not(backed)},
		{paths: "-", judged: "backend-missing apex-empty request-gone names-gone"},
		{paths: "spec.selector.**", judged: "backend-empty apex-empty selector-moved mesh-unselected"},
		{paths: "spec.ports[].port spec.ports[].targetPort spec.ports[].name", judged: "backend-missing request-gone port-unproven " +
			"protocol-changed"},
		{paths: "spec.ports[].protocol", judged: "request-gone port-unproven", absent: "TCP"},
		{paths: "metadata.labels.*", harmless: "labels of the Service, by which only monitoring selects", when: plain},
	}},
	{"", "ConfigMap", []line{
		{paths: "+", left: "is read by what is there already", when: namedBefore},
		{paths: "+", harmless: "nothing that is there reads it"},
		{paths: "data.** binaryData.**", judged: "config-changed", when: needed},
		{paths: "-", judged: "config-gone", when: needed},
		{paths: "data.** binaryData.** -", harmless: "pods read it that nobody sends requests", when: idle},
		{paths: "-", harmless: "its name is that of what it holds, and nothing has it", when: hashed},
		{paths: "data.** binaryData.** -", left: "configures somebody who is in no manifest, or does without"},
		{paths: "immutable", harmless: "whether it may be changed from now on", when: becomes("true")},
	}},
	{"", "Secret", []line{
		{paths: "+", left: "is read by what is there already", when: namedBefore},
		{paths: "+", harmless: "nothing that is there reads it"},
		{paths: "-", judged: "config-gone tls-gone", when: needed},
		{paths: "data.** stringData.** -", harmless: "pods read it that nobody sends requests", when: idle},
		{paths: "-", harmless: "its name is that of what it holds, and nothing has it", when: hashed},
		{paths: "data.** stringData.** -", left: "what pods and routers read in it"},
		{paths: "immutable", harmless: "whether it may be changed from now on", when: becomes("true")},
		{paths: "type", judged: "field-immutable", absent: "Opaque"},
	}},
	{"", "Namespace", []line{
		{paths: "+", harmless: "nothing stands in it yet"},
		{paths: "-", judged: "ground-gone", when: named},
		{paths: "-", left: "others may stand in it"},
		{paths: "spec.finalizers[]", harmless: "are the API server's own"},
	}},
	{"", "ServiceAccount", []line{
		{paths: "+", harmless: "no pod runs by it yet", when: not(neededBefore)},
		{paths: "-", judged: "config-gone", when: needed},
		{paths: "imagePullSecrets[].**", judged: "config-gone"},
		{paths: "- secrets[].** automountServiceAccountToken", left: "what its pods may do and start with"},
		{paths: "metadata.labels.*", harmless: "labels of the account, by which nobody selects", when: plain},
	}},
	{"", "PersistentVolumeClaim", []line{
		{paths: "+", harmless: "no pod has it yet", when: not(namedBefore)},
		{paths: "-", judged: "config-gone", when: needed},
		{paths: "spec.accessModes[] spec.storageClassName spec.volumeMode spec.selector.** spec.resources.** spec.dataSource.** " +
			"spec.dataSourceRef.**", judged: "field-immutable"},
		{paths: "spec.volumeName spec.volumeAttributesClassName -", left: "the volume of pods"},
	}},
	{"", "PersistentVolume", []line{
		{paths: "+", harmless: "no pod has it yet"},
		{paths: "- spec.**", left: "the volume of pods"},
	}},
	{"", "Pod", []line{
		{paths: "+ - spec.**", left: "a pod by itself, of which nobody here knows when it is ready"},
		{paths: "metadata.labels.*", left: "Services select it by its labels"},
	}},
	{"", "Endpoints", []line{{paths: "+ - subsets[].**", judged: "endpoints-gone"}}},
	{"discovery.k8s.io", "EndpointSlice", []line{
		{paths: "addressType", judged: "field-immutable"},
		{paths: "+ - endpoints[].** ports[].** metadata.labels.kubernetes.io/service-name", judged: "endpoints-gone"},
	}},
	{"", "LimitRange ResourceQuota", []line{
		{paths: "+ spec.**", left: "whether pods that start anew are let in"},
		{paths: "-", left: "what pods that start anew get and may take"},
	}},
	{"", "Event", []line{{paths: "**", harmless: "tells what has happened"}}},
	{"coordination.k8s.io", "Lease", []line{{paths: "**", left: "who leads among several"}}},
	{"storage.k8s.io", "StorageClass VolumeAttributesClass", []line{
		{paths: "+", harmless: "no volume is of the class yet", when: not(preferred)},
		{paths: "-", judged: "config-gone", when: needed},
		{paths: "provisioner driverName parameters.** reclaimPolicy volumeBindingMode", judged: "field-immutable"},
		{paths: "- mountOptions[] allowedTopologies[].**", left: "which volumes pods get that start anew"},
		{paths: "allowVolumeExpansion", harmless: "whether volumes may grow"},
	}},
	{"storage.k8s.io", "CSIDriver CSINode VolumeAttachment CSIStorageCapacity", []line{
		{paths: "-", judged: "config-gone", when: needed},
		{paths: "**", left: "which volumes pods get that start anew"},
	}},
	{"resource.k8s.io", "ResourceClaim ResourceClaimTemplate", []line{
		{paths: "+", harmless: "no pod has it yet", when: not(namedBefore)},
		{paths: "-", judged: "config-gone", when: needed},
		{paths: "-", harmless: "no pod here has it", when: unnamed},
		{paths: "spec.**", judged: "field-immutable"},
	}},
	{"rbac.authorization.k8s.io", "Role ClusterRole", []line{
		{paths: "+", harmless: "nobody is bound to it yet", when: not(boundBefore)},
		{paths: "rules[] rules[].verbs[] rules[].resources[] rules[].apiGroups[] " +
			"rules[].resourceNames[]", harmless: "the order of rights", when: reordered},
		{paths: "rules[].**", harmless: "gives rights and takes none", when: rightsGrow},
		{paths: "metadata.labels.*", harmless: "labels by which people sort roles", when: sorting},
		{paths: "+ - rules[].** aggregationRule.** metadata.labels.*", left: "what pods may ask of the API server"},
	}},
	{"rbac.authorization.k8s.io", "RoleBinding ClusterRoleBinding", []line{
		{paths: "+", harmless: "gives rights and takes none"},
		{paths: "roleRef.**", judged: "field-immutable"},
		{paths: "- subjects[].**", left: "what pods may ask of the API server"},
		{paths: "metadata.labels.*", harmless: "labels of the binding, by which nobody selects", when: plain},
	}},
	{"networking.k8s.io", "NetworkPolicy", []line{{paths: "+ - spec.**", left: "which connections to and from pods are let through"}}},
	{"networking.k8s.io", "ServiceCIDR IPAddress", []line{{paths: "**", left: "the addresses of Services"}}},
	{"apiextensions.k8s.io", "CustomResourceDefinition", []line{
		{paths: "+", harmless: "no object is of the kind yet"},
		{paths: "-", judged: "ground-gone", when: standing},
		{paths: "-", left: "objects of its kind go with it"},
		{paths: "spec.names.shortNames[] spec.names.categories[] spec.versions[].additionalPrinterColumns[].** " +
			"spec.versions[].deprecated spec.versions[].deprecationWarning " +
			"spec.additionalPrinterColumns[].**", harmless: "is for people at a terminal"},
		{paths: "spec.preserveUnknownFields", left: "what the API server leaves of its objects", absent: "false"},
		{paths: "spec.**", harmless: "objects of the kind touch no requests: they are for monitoring, backups or reports", when: quietKind},
		{paths: "spec.**", left: "which objects of its kind the API server takes, and what it leaves of them"},
	}},
	{"apiregistration.k8s.io", "APIService", []line{{paths: "+ - spec.**", left: "who answers for a part of the API"}}},
	{"certificates.k8s.io", "CertificateSigningRequest", []line{{
		paths: "**", harmless: "asks for a certificate, which whoever needs it reads from elsewhere",
	}}},
}
