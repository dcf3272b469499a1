package build

import (
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
)

// Unwritten warns of a Secret that is in no file of the user's, and so must not
// become one.
func Unwritten(o kube.Object, why string) schemas.Finding {
	f := o.Find(SecretGenerated, why+": it would be written to rendered/ in plain text",
		"let the cluster make it: a SealedSecret, an ExternalSecret, or a file that SOPS encrypts; and reference it by name", "data")
	f.Severity = schemas.Warning
	return f
}

// SecretGenerated is the id of what Unwritten finds: nothing is written as long
// as there is any.
const SecretGenerated = "secret-generated"

// IsSecret reports whether an object holds something secret.
func IsSecret(o kube.Object) bool {
	return o.Is("", "Secret") && (o.Get("data") != nil || o.Get("stringData") != nil)
}
