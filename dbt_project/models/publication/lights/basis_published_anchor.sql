{{ light_anchor(ref('basis_published_light_value')) }}
