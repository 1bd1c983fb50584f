"""Over HTTP: calendar links and their pages. No rule; what is answered is decided in usecases/."""
