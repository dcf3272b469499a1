package verdict

// unseen are the findings that are right where nothing happens in the rig, and why.
var unseen = map[string]string{}
