module github.com/cutoverdev/cutover/e2e/live

go 1.26.0

require (
	golang.org/x/tools v0.47.0
	sigs.k8s.io/yaml v1.6.0
)

require go.yaml.in/yaml/v2 v2.4.2 // indirect
