package account

// unmeasured is what a trigger's credentials can do.
const unmeasured = "whether KEDA can measure: an autoscaler that cannot keeps the pods that there are (Kubernetes v1.37, " +
	"horizontal pod autoscaling; KEDA v2.21), and never goes below its floor"

// Workloads, and what scales and guards them (Kubernetes v1.37; KEDA v2.18).
var apps = []kind{
	{"apps", "Deployment StatefulSet DaemonSet ReplicaSet", []line{
		{paths: "+", left: "its pods come to answer requests beside others", when: joins},
		{paths: "+", judged: "backend-empty selector-overlap versions-mixed capacity-short"},
		{paths: "-", judged: "backend-empty capacity-short request-gone"},
		{
			paths: "spec.template.metadata.annotations.** spec.template.metadata.labels.**",
			left:  "what proxies beside the pods do with their requests", when: forProxies,
		},
		{paths: "spec.template.**", judged: "template-changed readiness-removed readiness-unknown pods-killed port-unproven capacity-short"},
		{paths: "spec.selector.**", judged: "field-immutable selector-mismatch selector-overlap"},
		{paths: "spec.replicas", judged: "capacity-short backend-empty scaler-replicas"},
		{paths: "spec.paused", judged: "pods-paused template-changed capacity-short", absent: "false"},
		{paths: "spec.strategy.**", judged: "template-changed capacity-short"},
		{paths: "spec.updateStrategy.**", judged: "template-changed capacity-short"},
		{paths: "spec.serviceName spec.podManagementPolicy spec.volumeClaimTemplates.**", judged: "field-immutable"},
		{paths: "spec.ordinals.start", judged: "template-changed capacity-short", absent: "0"},
		{paths: "spec.minReadySeconds", harmless: "how long a rollout waits beyond readiness", absent: "0"},
		{paths: "spec.progressDeadlineSeconds", harmless: "when a rollout that does not go on is called failed", absent: "600"},
		{paths: "spec.revisionHistoryLimit", harmless: "how many templates of before are kept", absent: "10"},
		{paths: "spec.persistentVolumeClaimRetentionPolicy.**", left: "whether volumes go with their pods"},
		{paths: "metadata.labels.*", harmless: "labels of the workload, by which no Service selects", when: plain},
	}},
	{"", "ReplicationController", []line{
		{paths: "spec.**", left: "runs pods of which nobody here knows how many are ready"},
	}},
	{"batch", "Job", []line{
		{paths: "+", judged: "job-selected job-again contract-early shares-busy"},
		{paths: "-", harmless: "its pods run to their end and answer nobody"},
		{paths: "spec.template.** spec.selector.** spec.completions", judged: "field-immutable job-selected"},
		{paths: "spec.**", harmless: "its pods run to their end and answer nobody"},
		{paths: "metadata.labels.*", harmless: "labels of the job, by which no Service selects", when: plain},
	}},
	{"batch", "CronJob", []line{
		{paths: "+ spec.jobTemplate.spec.template.metadata.labels.*", judged: "job-selected"},
		{paths: "-", harmless: "its pods run to their end and answer nobody"},
		{paths: "spec.**", harmless: "its pods run to their end and answer nobody"},
		{paths: "metadata.labels.*", harmless: "labels of the job, by which no Service selects", when: plain},
	}},
	{"autoscaling", "HorizontalPodAutoscaler", []line{
		{paths: "+", judged: "capacity-short scaler-replicas scaler-target"},
		{paths: "-", judged: "scaler-gone capacity-short"},
		{paths: "spec.scaleTargetRef.kind spec.scaleTargetRef.name", judged: "scaler-target scaler-gone capacity-short"},
		{paths: "spec.scaleTargetRef.apiVersion", harmless: "another version of the same kind"},
		{paths: "spec.minReplicas", judged: "capacity-short scaler-replicas", absent: "1"},
		{paths: "spec.maxReplicas", harmless: "room above the floor, which is what is promised", when: grows},
		{paths: "spec.maxReplicas", left: "how many pods there may be under load"},
		{paths: "spec.metrics.** spec.behavior.** spec.targetCPUUtilizationPercentage", harmless: "when pods are added above the floor, " +
			"which is what is promised"},
		{paths: "metadata.labels.*", harmless: "labels of the autoscaler, by which nobody selects", when: plain},
	}},
	{"keda.sh", "ScaledObject", []line{
		{paths: "+", judged: "capacity-short scaler-replicas scaler-target"},
		{paths: "-", judged: "scaler-gone capacity-short"},
		{paths: "spec.scaleTargetRef.kind spec.scaleTargetRef.name", judged: "scaler-target scaler-gone capacity-short"},
		{paths: "spec.scaleTargetRef.apiVersion", harmless: "another version of the same kind"},
		{paths: "spec.scaleTargetRef.envSourceContainerName spec.triggers.** spec.pollingInterval spec.cooldownPeriod " +
			"spec.initialCooldownPeriod", harmless: "when pods are added above the floor, which is what is promised"},
		{paths: "spec.minReplicaCount spec.idleReplicaCount", judged: "capacity-short scaler-replicas"},
		{paths: "spec.maxReplicaCount", harmless: "room above the floor, which is what is promised", when: grows},
		{paths: "spec.maxReplicaCount", left: "how many pods there may be under load"},
		{paths: "spec.advanced.horizontalPodAutoscalerConfig.**", harmless: "how the autoscaler is called that KEDA makes, and when it adds " +
			"pods above the floor"},
		{paths: "spec.advanced.scalingModifiers.**", harmless: "when pods are added above the floor, which is what is promised"},
		{paths: "spec.fallback.**", left: "how many pods there are while nothing can be measured"},
		{paths: "spec.advanced.restoreToOriginalReplicaCount", harmless: "how many pods there are once the autoscaler is gone, which is " +
			"judged where it goes"},
		{paths: "metadata.annotations.autoscaling.keda.sh/paused-replicas", judged: "capacity-short"},
		{paths: "metadata.labels.*", harmless: "labels of the autoscaler, by which nobody selects", when: plain},
	}},
	{"keda.sh", "TriggerAuthentication ClusterTriggerAuthentication", []line{
		{paths: "+", harmless: "no trigger asks with it yet", when: not(namedBefore)},
		{paths: "+ - spec.podIdentity.** spec.secretTargetRef[].** spec.configMapTargetRef[].** spec.env[].** spec.filePath " +
			"spec.hashiCorpVault.** spec.azureKeyVault.** spec.gcpSecretManager.** spec.awsSecretManager.** " +
			"spec.boundServiceAccountToken[].**", harmless: unmeasured},
		{paths: "metadata.labels.*", harmless: "labels by which nobody selects", when: plain},
	}},
	{"keda.sh", "ScaledJob", []line{
		{paths: "+", judged: "job-selected"},
		{paths: "-", harmless: "its pods run to their end and answer nobody"},
		{paths: "spec.jobTargetRef.template.metadata.labels.*", judged: "job-selected"},
		{paths: "spec.jobTargetRef.** spec.triggers spec.triggers[].** spec.pollingInterval spec.minReplicaCount spec.maxReplicaCount " +
			"spec.successfulJobsHistoryLimit spec.failedJobsHistoryLimit spec.envSourceContainerName spec.scalingStrategy.** " +
			"spec.rolloutStrategy spec.rollout.**", harmless: "its pods run to their end and answer nobody"},
		{paths: "metadata.annotations.autoscaling.keda.sh/paused", harmless: "its pods run to their end and answer nobody"},
		{paths: "metadata.labels.*", harmless: "labels of the job, by which no Service selects", when: plain},
	}},
	{"autoscaling.k8s.io", "VerticalPodAutoscaler", []line{
		{paths: "+ spec.**", left: "restarts pods to give them other resources"},
		{paths: "-", harmless: "pods keep the resources that they have"},
	}},
	{"policy", "PodDisruptionBudget", []line{
		{paths: "spec.selector.**", judged: "budget-both"},
		{paths: "+", judged: "budget-both"},
		{paths: "- spec.minAvailable spec.maxUnavailable " +
			"spec.unhealthyPodEvictionPolicy", harmless: "limits evictions, of which a commit makes none"},
		{paths: "metadata.labels.*", harmless: "labels of the budget, by which nobody selects", when: plain},
	}},
	{"scheduling.k8s.io", "PriorityClass", []line{
		{paths: "+", harmless: "no pod is of the class yet", when: not(preferred)},
		{paths: "-", judged: "config-gone", when: needed},
		{paths: "value preemptionPolicy", judged: "field-immutable"},
		{paths: "- globalDefault +", left: "how pods start that are of it"},
		{paths: "description", harmless: "is for people"},
	}},
	{"node.k8s.io", "RuntimeClass", []line{
		{paths: "+", harmless: "no pod is of the class yet"},
		{paths: "-", judged: "config-gone", when: needed},
		{paths: "handler", judged: "field-immutable"},
		{paths: "- overhead.** scheduling.**", left: "how pods start that are of it"},
	}},
}
