package verify

// Unjudged lists what is looked at beside the [Table] because nobody here can
// judge it: what an edge changes there is listed, never taken for safe.
var Unjudged = []func(*passage) []Problem{
	checkAdmission, checkSources, checkForeignNetwork, checkRights, checkNamespaces,
	checkUnskipped, checkRemadeAnyway, checkHeld, checkFollows,
}

// unjudged is a problem that says of an object of an edge what is not judged.
func unjudged(c change, message string, path ...string) Problem {
	return Problem{Object: cmpObject(c), Path: path, About: message, Message: message, Unjudged: true}
}
