package edge

import (
	"cmp"
	"slices"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators/kube"
)

// Locked reports whether a ConfigMap or Secret says that nobody may change it.
func Locked(o kube.Object) bool { return o.Text("immutable") == "true" }

// made is the Secret that an object makes, and takes with it when it goes: a
// SealedSecret (v0.38), or an ExternalSecret that owns it (v2.7).
func made(o kube.Object) (secret kube.ID, ok bool) {
	secret = kube.ID{Kind: "Secret", Namespace: o.Namespace, Name: o.Name}
	switch {
	case o.Is("bitnami.com", "SealedSecret"):
		return secret, true
	case o.Is("external-secrets.io", "ExternalSecret"):
		secret.Name = cmp.Or(o.Text("spec", "target", "name"), o.Name)
		return secret, cmp.Or(o.Text("spec", "target", "creationPolicy"), "Owner") == "Owner"
	}
	return secret, false
}

// Unmade are the Secrets that go with what makes them, and what that is.
func (e *Transition) Unmade() map[kube.ID]kube.ID {
	all := map[kube.ID]kube.ID{}
	for _, c := range e.Changed {
		if secret, ok := made(c.From); ok && c.Gone() {
			all[secret] = c.From.ID
		}
	}
	for _, o := range e.To.Objects {
		secret, _ := made(o)
		delete(all, secret)
		delete(all, o.Key())
	}
	return all
}

// Anywhere is an object by its name in its namespace, and where the manifests
// leave the namespace to the agent.
func Anywhere(id kube.ID) []kube.ID {
	free := id
	free.Namespace = ""
	return []kube.ID{id, free}
}

// Provides reports whether a state has a Secret, or what makes it.
func Provides(s cluster.State, id kube.ID) bool {
	secrets := cluster.Memo(s, "secrets", func() map[kube.ID]bool {
		all := map[kube.ID]bool{}
		for _, o := range s.Objects {
			secret, _ := made(o)
			switch {
			case o.Is("", "Secret"):
				secret = o.Key()
			case o.Is("cert-manager.io", "Certificate"): // leaves it behind, so that made does not know it
				secret.Name = o.Text("spec", "secretName")
			case !o.Is("external-secrets.io", "ExternalSecret") && !o.Is("bitnami.com", "SealedSecret"):
				continue
			}
			all[secret] = true
		}
		return all
	})
	return slices.ContainsFunc(Anywhere(id), func(at kube.ID) bool { return secrets[at] })
}
